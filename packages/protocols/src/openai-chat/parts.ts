import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject, OpaquePart, TextPart, UserPart } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { isJsonArray, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { readMedia, writeMedia } from './media.ts'
import { PROTOCOL } from './wire.ts'

/** A message's content, which is a string or an array of parts. `path` names it in errors. */
export function readParts(content: Json | undefined, path: string): readonly UserPart[] {
  if (content === undefined || content === null || content === '') return []
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (!isJsonArray(content)) throw invalidField(path, 'a string or an array of parts', content)
  return content.map((part, index) => readUserPart(part, `${path}[${index}]`))
}

/** As `readParts`, where the protocol allows nothing but text. */
export function readTextParts(content: Json | undefined, path: string): readonly TextPart[] {
  return readParts(content, path).map((part, index) => {
    if (part.type !== 'text') throw invalidField(`${path}[${index}]`, 'a text part', part)
    return part
  })
}

/** A string where one plain text is all there is, since every server understands that; else an array of parts. */
export function writeParts(parts: readonly UserPart[], translation: Translation): string | readonly JsonObject[] {
  const written = parts.flatMap((part) => writePart(part, translation))
  return written.length === 0 ? '' : plainText(written)
}

/** One text that says nothing beside itself as a string, anything else as it is. */
export function plainText(written: readonly JsonObject[]): string | readonly JsonObject[] {
  const [first, ...others] = written
  const isPlain = others.length === 0 && first?.type === 'text' && Object.keys(first).length === 2
  return isPlain && typeof first.text === 'string' && first.text !== '' ? first.text : written
}

/** Zero or one part. */
export function writePart(part: UserPart, translation: Translation): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'text', text: part.text, ...translation.ownExtras(part.extras) }]
    case 'media':
      return writeMedia(part, translation)
    case 'opaque':
      return writeOpaque(part, translation)
  }
}

/** Zero or one part. */
export function writeOpaque(part: OpaquePart, translation: Translation): readonly JsonObject[] {
  if (part.protocol === PROTOCOL) return [part.value]
  translation.drop(stringOf(part.value.type) ?? part.protocol)
  return []
}

const TEXT_FIELDS: ReadonlySet<string> = new Set(['type', 'text'])

function readUserPart(part: Json, path: string): UserPart {
  const read = readTextPart(part, path)
  return read.type === 'opaque' ? (readMedia(read.value) ?? read) : read
}

/** A text, or whatever else an element of a content array is, unread. */
export function readTextPart(part: Json, path: string): TextPart | OpaquePart {
  // Some clients put bare strings where parts are due, and some servers take them.
  if (typeof part === 'string') return { type: 'text', text: part }
  if (!isJsonObject(part)) throw invalidField(path, 'an object', part)
  if (part.type !== 'text') return { type: 'opaque', protocol: PROTOCOL, value: part }
  if (typeof part.text !== 'string') throw invalidField(`${path}.text`, 'a string', part.text)
  return compact({ type: 'text', text: part.text, extras: ownExtras(restOf(part, TEXT_FIELDS)) })
}

/** Extras under this protocol's name; undefined where there are none. */
export function ownExtras(fields: JsonObject | undefined): JsonObject | undefined {
  return fields === undefined ? undefined : { [PROTOCOL]: fields }
}
