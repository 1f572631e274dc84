import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject, OpaquePart, TextPart } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { isJsonArray, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { PROTOCOL } from './wire.ts'

/** A content block whose type is known, with its place as errors name it. */
export interface Block {
  readonly type: string
  readonly fields: JsonObject
  readonly path: string
}

/** The blocks of a content, which may be a string. Throws `GatewayError('invalid-request')` for what is no block. */
export function readBlocks(content: Json | undefined, path: string): readonly Block[] {
  if (content === '') return []
  if (typeof content === 'string') return [{ type: 'text', fields: { type: 'text', text: content }, path }]
  if (!isJsonArray(content)) throw invalidField(path, 'a string or an array of blocks', content)
  return content.map((block, index) => readBlock(block, `${path}[${index}]`))
}

function readBlock(block: Json, path: string): Block {
  if (!isJsonObject(block)) throw invalidField(path, 'an object', block)
  if (typeof block.type !== 'string') throw invalidField(`${path}.type`, 'a string', block.type)
  return { type: block.type, fields: block, path }
}

/** The field of a block as a string. Throws `GatewayError('invalid-request')` where it is none. */
export function requiredString(block: Block, field: string): string {
  const value = block.fields[field]
  if (typeof value !== 'string') throw invalidField(`${block.path}.${field}`, 'a string', value)
  return value
}

export function readText(block: Block): TextPart {
  return compact({ type: 'text', text: requiredString(block, 'text'), extras: ownExtras(restOf(block.fields, TEXT_FIELDS)) })
}

/** As `readBlocks`, where the protocol allows nothing but text. */
export function readTexts(content: Json | undefined, path: string): readonly TextPart[] {
  return readBlocks(content, path).map((block) => {
    if (block.type !== 'text') throw invalidField(block.path, 'a text block', block.fields)
    return readText(block)
  })
}

export function readOpaque(block: Block): OpaquePart {
  return { type: 'opaque', protocol: PROTOCOL, value: block.fields }
}

/** Zero or one block: the vendor rejects an empty text, and nothing is lost with it. */
export function writeText(part: TextPart, translation: Translation): readonly JsonObject[] {
  const extras = translation.ownExtras(part.extras)
  return part.text === '' ? [] : [{ type: 'text', text: part.text, ...extras }]
}

/** Zero or one block. */
export function writeOpaque(part: OpaquePart, translation: Translation): readonly JsonObject[] {
  if (part.protocol === PROTOCOL) return [part.value]
  translation.drop(stringOf(part.value.type) ?? part.protocol)
  return []
}

/** One text that says nothing beside itself as a string, anything else as it is. */
export function plainText(blocks: readonly JsonObject[]): string | readonly JsonObject[] {
  const [first, ...others] = blocks
  const isPlain = others.length === 0 && first?.type === 'text' && Object.keys(first).length === 2
  return isPlain && typeof first.text === 'string' ? first.text : blocks
}

/** Extras under this protocol's name; undefined where there are none. */
export function ownExtras(fields: JsonObject | undefined): JsonObject | undefined {
  return fields === undefined ? undefined : { [PROTOCOL]: fields }
}

const TEXT_FIELDS: ReadonlySet<string> = new Set(['type', 'text'])
