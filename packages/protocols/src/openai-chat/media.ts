import { isJsonObject } from '@gateway/core'
import type { JsonObject, MediaPart } from '@gateway/core'
import { compact } from '../compact.ts'
import { objectOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { PROTOCOL } from './wire.ts'

/** A part that shows an image, plays a sound or hands over a file; null for any other. */
export function readMedia(part: JsonObject): MediaPart | null {
  const type = stringOf(part.type)
  if (type === undefined || !isMediaType(type)) return null
  // `image_url` was a bare string once, and some clients still send it so.
  const bare = stringOf(part[type])
  const payload = bare === undefined ? part[type] : { url: bare }
  if (!isJsonObject(payload)) return null
  const media = READERS[type](payload)
  if (media === null) return null
  return compact({ ...media, extras: readExtras(part, type, restOf(payload, PAYLOAD_FIELDS[type])) })
}

/** Zero or one part. Reports what this protocol cannot show: a video, a sound by address, an image by id. */
export function writeMedia(part: MediaPart, translation: Translation): readonly JsonObject[] {
  const written = writePayload(part)
  if (written === null) {
    translation.drop(part.kind)
    return []
  }
  const { [written.type]: payloadExtras, ...partExtras } = translation.ownExtras(part.extras)
  return [{ type: written.type, [written.type]: { ...written.payload, ...objectOf(payloadExtras) }, ...partExtras }]
}

type MediaType = 'image_url' | 'input_audio' | 'file'
type Media = Omit<MediaPart, 'extras'>

const PAYLOAD_FIELDS = {
  image_url: new Set(['url', 'detail']),
  input_audio: new Set(['data', 'format']),
  file: new Set(['file_id', 'file_data', 'filename']),
} as const satisfies Record<MediaType, ReadonlySet<string>>

const READERS = {
  image_url: readImage,
  input_audio: readAudio,
  file: readFile,
} as const satisfies Record<MediaType, (payload: JsonObject) => Media | null>

function isMediaType(type: string): type is MediaType {
  return Object.hasOwn(READERS, type)
}

function readExtras(part: JsonObject, type: MediaType, payloadRest: JsonObject | undefined): JsonObject | undefined {
  const partRest = restOf(part, new Set(['type', type]))
  if (partRest === undefined && payloadRest === undefined) return undefined
  return { [PROTOCOL]: { ...partRest, ...(payloadRest && { [type]: payloadRest }) } }
}

function readImage(payload: JsonObject): Media | null {
  const url = stringOf(payload.url)
  if (url === undefined) return null
  return compact({ type: 'media', kind: 'image', ...readUrl(url), detail: stringOf(payload.detail) })
}

function readAudio(payload: JsonObject): Media | null {
  const data = stringOf(payload.data)
  const format = stringOf(payload.format)
  if (data === undefined) return null
  const mediaType = format === undefined ? undefined : (AUDIO_TYPES.get(format) ?? `audio/${format}`)
  return compact({ type: 'media', kind: 'audio', source: { from: 'base64', data }, mediaType })
}

function readFile(payload: JsonObject): Media | null {
  const id = stringOf(payload.file_id)
  const data = stringOf(payload.file_data)
  const filename = stringOf(payload.filename)
  if (id !== undefined && data === undefined) return compact({ type: 'media', kind: 'file', source: { from: 'id', id }, filename })
  if (data === undefined || id !== undefined) return null
  const isUrl = /^(?:https?|data):/i.test(data)
  const source = isUrl ? readUrl(data) : ({ source: { from: 'base64', data } } as const)
  return compact({ type: 'media', kind: 'file', ...source, filename })
}

/** A data URL of base64 is taken apart, so that protocols that want bytes and type get them; any other URL stays one. */
function readUrl(url: string): Pick<MediaPart, 'source' | 'mediaType'> {
  const comma = url.startsWith('data:') ? url.indexOf(',') : -1
  const head = /^data:([\w.+-]+\/[\w.+-]+);base64$/.exec(url.slice(0, Math.max(comma, 0)))
  const mediaType = head?.[1]
  if (mediaType === undefined) return { source: { from: 'url', url } }
  return { source: { from: 'base64', data: url.slice(comma + 1) }, mediaType }
}

function writePayload(part: MediaPart): { readonly type: MediaType; readonly payload: JsonObject } | null {
  const { kind, source, filename } = part
  if (kind === 'image' && source.from !== 'id') {
    return { type: 'image_url', payload: compact({ url: urlOf(source, part.mediaType ?? 'image/jpeg'), detail: part.detail }) }
  }
  if (kind === 'audio' && source.from === 'base64') {
    return { type: 'input_audio', payload: compact({ data: source.data, format: audioFormat(part.mediaType) }) }
  }
  if (kind !== 'file') return null
  if (source.from === 'id') return { type: 'file', payload: compact({ file_id: source.id, filename }) }
  return { type: 'file', payload: compact({ file_data: urlOf(source, part.mediaType), filename }) }
}

function urlOf(source: Exclude<MediaPart['source'], { from: 'id' }>, mediaType: string | undefined): string {
  if (source.from === 'url') return source.url
  return mediaType === undefined ? source.data : `data:${mediaType};base64,${source.data}`
}

/** OpenAI names sounds by their file's ending, the rest of the world by RFC 6838. */
const AUDIO_TYPES: ReadonlyMap<string, string> = new Map([
  ['mp3', 'audio/mpeg'],
  ['wav', 'audio/wav'],
])

function audioFormat(mediaType: string | undefined): string | undefined {
  if (mediaType === undefined) return undefined
  const format = [...AUDIO_TYPES].find(([, type]) => type === mediaType)?.[0]
  return format ?? mediaType.replace(/^audio\/(?:x-)?/, '')
}
