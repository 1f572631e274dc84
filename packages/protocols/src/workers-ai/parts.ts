import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject, MediaPart, TextPart, UserPart } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { isJsonArray, objectOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { ownExtras } from './extras.ts'
import { PROTOCOL } from './wire.ts'

/** A message's content: a string, a part, or an array of parts. `path` names it in errors. */
export function readParts(content: Json | undefined, path: string): readonly UserPart[] {
  if (content === undefined || content === null || content === '') return []
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (isJsonObject(content)) return [readPart(content, path)]
  if (!isJsonArray(content)) throw invalidField(path, 'a string or an array of parts', content)
  return content.map((part, index) => readPart(part, `${path}[${index}]`))
}

/** As `readParts`, where nothing but text is allowed. */
export function readTextParts(content: Json | undefined, path: string): readonly TextPart[] {
  return readParts(content, path).map((part, index) => {
    if (part.type !== 'text') throw invalidField(`${path}[${index}]`, 'a text part', part)
    return part
  })
}

/** A string where there is nothing but text, since the first models know nothing else: several texts stand on lines of their own. */
export function writeParts(parts: readonly UserPart[], translation: Translation): string | readonly JsonObject[] {
  const written = parts.flatMap((part) => writePart(part, translation))
  const isText = written.every((part) => part.type === 'text')
  return isText ? written.map((part) => stringOf(part.text) ?? '').join('\n') : written
}

function readPart(part: Json, path: string): UserPart {
  if (typeof part === 'string') return { type: 'text', text: part }
  if (!isJsonObject(part)) throw invalidField(path, 'an object', part)
  if (part.type === 'text') {
    if (typeof part.text !== 'string') throw invalidField(`${path}.text`, 'a string', part.text)
    return { type: 'text', text: part.text }
  }
  return readImage(part) ?? { type: 'opaque', protocol: PROTOCOL, value: part }
}

const IMAGE_FIELDS: ReadonlySet<string> = new Set(['url', 'detail'])
const PART_FIELDS: ReadonlySet<string> = new Set(['type', 'image_url'])

function readImage(part: JsonObject): MediaPart | null {
  const payload = objectOf(part.image_url)
  const url = stringOf(payload.url)
  if (part.type !== 'image_url' || url === undefined || restOf(payload, IMAGE_FIELDS) !== undefined) return null
  return compact({
    type: 'media',
    kind: 'image',
    ...readUrl(url),
    detail: stringOf(payload.detail),
    extras: ownExtras(restOf(part, PART_FIELDS)),
  })
}

/** A data URL of base64 is taken apart, so that protocols that want bytes and type get them; any other URL stays one. */
function readUrl(url: string): Pick<MediaPart, 'source' | 'mediaType'> {
  const comma = url.startsWith('data:') ? url.indexOf(',') : -1
  const head = /^data:([\w.+-]+\/[\w.+-]+);base64$/.exec(url.slice(0, Math.max(comma, 0)))
  const mediaType = head?.[1]
  if (mediaType === undefined) return { source: { from: 'url', url } }
  return { source: { from: 'base64', data: url.slice(comma + 1) }, mediaType }
}

/** Zero or one part. */
function writePart(part: UserPart, translation: Translation): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
      translation.ownExtras(part.extras)
      return [{ type: 'text', text: part.text }]
    case 'media':
      return writeMedia(part, translation)
    case 'opaque':
      if (part.protocol === PROTOCOL) return [part.value]
      translation.drop(stringOf(part.value.type) ?? part.protocol)
      return []
  }
}

function writeMedia(part: MediaPart, translation: Translation): readonly JsonObject[] {
  const extras = translation.ownExtras(part.extras)
  const url = urlOf(part)
  if (part.kind !== 'image' || url === null) {
    translation.drop(part.kind)
    return []
  }
  return [{ type: 'image_url', image_url: compact({ url, detail: part.detail }), ...extras }]
}

/** Null for what only another vendor could find. */
function urlOf({ source, mediaType }: MediaPart): string | null {
  if (source.from === 'url') return source.url
  return source.from === 'base64' ? `data:${mediaType ?? 'image/jpeg'};base64,${source.data}` : null
}
