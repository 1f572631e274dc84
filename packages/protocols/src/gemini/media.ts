import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject, MediaPart } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { ownExtras } from './extras.ts'
import { camelFields } from './field-names.ts'

export type MediaField = 'inlineData' | 'fileData'

/** The part that carries `field`; `fields` are the part's own, in camelCase. */
export function readMedia(fields: JsonObject, field: MediaField, path: string): MediaPart {
  const payload = fields[field]
  if (!isJsonObject(payload)) throw invalidField(`${path}.${field}`, 'an object', payload)
  const data = camelFields(payload)
  const mediaType = stringOf(data.mimeType)
  const partRest = restOf(fields, new Set([field]))
  const payloadRest = restOf(data, PAYLOAD_FIELDS)
  return compact({
    type: 'media',
    kind: kindOf(mediaType),
    source: readSource(data, field, path),
    mediaType,
    filename: stringOf(data.displayName),
    extras: ownExtras({ ...partRest, ...(payloadRest && { [field]: payloadRest }) }),
  })
}

/** Zero or one part. Reports what Google cannot look up: an id of another vendor. */
export function writeMedia(part: MediaPart, translation: Translation): readonly JsonObject[] {
  if (part.detail !== undefined && part.detail !== 'auto') translation.drop('detail')
  if (part.source.from === 'id' && !isGoogleFile(part.source.id)) {
    translation.drop(part.kind)
    return []
  }
  const { inlineData, fileData, ...partExtras } = translation.ownExtras(part.extras)
  const displayName = part.filename
  if (part.source.from === 'base64') {
    const mimeType = part.mediaType ?? DEFAULT_TYPES[part.kind]
    return [{ inlineData: compact({ mimeType, data: part.source.data, displayName, ...fieldsOf(inlineData) }), ...partExtras }]
  }
  const fileUri = part.source.from === 'url' ? part.source.url : part.source.id
  return [
    { fileData: compact({ mimeType: part.mediaType ?? typeOfUrl(part), fileUri, displayName, ...fieldsOf(fileData) }), ...partExtras },
  ]
}

const PAYLOAD_FIELDS: ReadonlySet<string> = new Set(['mimeType', 'data', 'fileUri', 'displayName'])

/** Google insists on a type beside bytes. */
const DEFAULT_TYPES = {
  image: 'image/jpeg',
  audio: 'audio/mpeg',
  video: 'video/mp4',
  file: 'application/pdf',
} as const satisfies Record<MediaPart['kind'], string>

/** Without a type an image by its address would be a file like any other: what its name says, or else the most common. */
function typeOfUrl({ kind, source }: MediaPart): string | undefined {
  if (source.from !== 'url') return undefined
  const ending = /\.(\w+)(?:[?#]|$)/.exec(source.url)?.[1]?.toLowerCase() ?? ''
  const type = TYPES_BY_ENDING.get(ending)
  if (kind === 'file') return type
  return type?.startsWith(`${kind}/`) === true ? type : DEFAULT_TYPES[kind]
}

const TYPES_BY_ENDING: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['heic', 'image/heic'],
  ['mp3', 'audio/mpeg'],
  ['wav', 'audio/wav'],
  ['mp4', 'video/mp4'],
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
])

function kindOf(mediaType: string | undefined): MediaPart['kind'] {
  const family = mediaType?.split('/')[0]
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'file'
}

function readSource(data: JsonObject, field: MediaField, path: string): MediaPart['source'] {
  const content = field === 'inlineData' ? data.data : data.fileUri
  if (typeof content !== 'string')
    throw invalidField(`${path}.${field}.${field === 'inlineData' ? 'data' : 'fileUri'}`, 'a string', content)
  if (field === 'inlineData') return { from: 'base64', data: toStandardBase64(content) }
  return isGoogleFile(content) ? { from: 'id', id: content } : { from: 'url', url: content }
}

/** Google's clients write the alphabet of RFC 4648 section 5, which no other vendor takes. */
function toStandardBase64(text: string): string {
  if (!text.includes('-') && !text.includes('_')) return text
  const standard = text.replaceAll('-', '+').replaceAll('_', '/')
  return standard.padEnd(Math.ceil(standard.length / 4) * 4, '=')
}

/** Addresses that only Google can open, with the caller's own credentials. */
function isGoogleFile(uri: string): boolean {
  return /^(?:gs:\/\/|files\/|https:\/\/generativelanguage\.googleapis\.com\/)/.test(uri)
}

function fieldsOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
