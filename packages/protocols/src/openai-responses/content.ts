import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject, TextPart, UserPart } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { isJsonArray, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { isContentType, ownExtras, readOpaque, writeOpaque } from './extras.ts'
import { readMedia, writeMedia } from './media.ts'

/** What a user, a system or a tool says: a string or an array of parts. `path` names it in errors. */
export function readContent(content: Json | undefined, path: string): readonly UserPart[] {
  if (content === undefined || content === null || content === '') return []
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (!isJsonArray(content)) throw invalidField(path, 'a string or an array of parts', content)
  return content.map((part, index) => readPart(part, `${path}[${index}]`))
}

/** As `readContent`, where nothing but text is understood. */
export function readTexts(content: Json | undefined, path: string): readonly TextPart[] {
  return readContent(content, path).map((part, index) => {
    if (part.type !== 'text') throw invalidField(`${path}[${index}]`, 'a text part', part)
    return part
  })
}

/** A string where one plain text is all there is, since every server understands that; else an array of parts. */
export function writeContent(parts: readonly UserPart[], translation: Translation): string | readonly JsonObject[] {
  const written = parts.flatMap((part) => writePart(part, translation))
  const [first, ...others] = written
  if (first === undefined) return ''
  const isPlain = others.length === 0 && first.type === 'input_text' && Object.keys(first).length === 2
  return isPlain && typeof first.text === 'string' && first.text !== '' ? first.text : written
}

/** An element of a content array, with its type checked to be one of content. */
export function contentPart(part: Json, path: string): JsonObject & { readonly type: string } {
  if (!isJsonObject(part)) throw invalidField(path, 'an object', part)
  const type = stringOf(part.type)
  if (type === undefined) throw invalidField(`${path}.type`, 'a string', part.type)
  if (!isContentType(type)) throw invalidField(`${path}.type`, 'the type of a content part, such as input_text', type)
  return { ...part, type }
}

/** The text of a part that is one, whatever its type is called. */
export function readText(part: JsonObject, path: string): TextPart {
  if (typeof part.text !== 'string') throw invalidField(`${path}.text`, 'a string', part.text)
  return compact({ type: 'text', text: part.text, extras: ownExtras(restOf(part, TEXT_FIELDS)) })
}

const TEXT_FIELDS: ReadonlySet<string> = new Set(['type', 'text'])
const TEXT_TYPES: ReadonlySet<string> = new Set(['input_text', 'output_text', 'text'])

function readPart(json: Json, path: string): UserPart {
  const part = contentPart(json, path)
  return TEXT_TYPES.has(part.type) ? readText(part, path) : (readMedia(part) ?? readOpaque(part))
}

function writePart(part: UserPart, translation: Translation): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'input_text', text: part.text, ...translation.ownExtras(part.extras) }]
    case 'media':
      return writeMedia(part, translation)
    case 'opaque':
      return writeOpaque(part, translation)
  }
}
