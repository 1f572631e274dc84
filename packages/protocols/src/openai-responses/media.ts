import { isJsonObject } from '@gateway/core'
import type { JsonObject, MediaPart } from '@gateway/core'
import { compact } from '../compact.ts'
import { objectOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { ownExtras } from './extras.ts'

/** A part that shows an image, hands over a file or plays a sound; null for any other, and for one that says nothing that is known. */
export function readMedia(part: JsonObject): MediaPart | null {
  switch (part.type) {
    case 'input_image':
      return readImage(part)
    case 'input_file':
      return readFile(part)
    case 'input_audio':
      return readAudio(part)
    default:
      return null
  }
}

/** Zero or one part. Reports what this protocol cannot show: a video, a sound by address or by id. */
export function writeMedia(part: MediaPart, translation: Translation): readonly JsonObject[] {
  const written = writeKnown(part)
  if (written === null) {
    translation.drop(part.kind)
    return []
  }
  return [{ ...written, ...translation.ownExtras(part.extras) }]
}

const IMAGE_FIELDS: ReadonlySet<string> = new Set(['type', 'image_url', 'file_id', 'detail'])
const FILE_FIELDS: ReadonlySet<string> = new Set(['type', 'file_url', 'file_data', 'file_id', 'filename'])
const AUDIO_FIELDS: ReadonlySet<string> = new Set(['type', 'input_audio'])
const SOUND_FIELDS: ReadonlySet<string> = new Set(['data', 'format'])

type Origin = Pick<MediaPart, 'source' | 'mediaType'>

function readImage(part: JsonObject): MediaPart | null {
  // Chat Completions wraps the address in an object, and clients that have learnt that do the same here.
  const url = stringOf(part.image_url) ?? stringOf(objectOf(part.image_url).url)
  const origin = onlyOrigin([url === undefined ? null : fromUrl(url), fromId(part)])
  if (origin === null) return null
  const detail = stringOf(part.detail) ?? stringOf(objectOf(part.image_url).detail)
  return compact({ type: 'media', kind: 'image', ...origin, detail, extras: ownExtras(restOf(part, IMAGE_FIELDS)) })
}

function readFile(part: JsonObject): MediaPart | null {
  const url = stringOf(part.file_url)
  const data = stringOf(part.file_data)
  const origin = onlyOrigin([url === undefined ? null : fromUrl(url), data === undefined ? null : fromData(data), fromId(part)])
  if (origin === null) return null
  const filename = stringOf(part.filename)
  return compact({ type: 'media', kind: 'file', ...origin, filename, extras: ownExtras(restOf(part, FILE_FIELDS)) })
}

function readAudio(part: JsonObject): MediaPart | null {
  const sound = part.input_audio
  if (!isJsonObject(sound)) return null
  const data = stringOf(sound.data)
  const format = stringOf(sound.format)
  if (data === undefined || restOf(sound, SOUND_FIELDS) !== undefined) return null
  const mediaType = format === undefined ? undefined : (AUDIO_TYPES.get(format) ?? `audio/${format}`)
  const extras = ownExtras(restOf(part, AUDIO_FIELDS))
  return compact({ type: 'media', kind: 'audio', source: { from: 'base64', data }, mediaType, extras })
}

/** Where the bytes are; null where nothing says so, or more than one field does. */
function onlyOrigin(candidates: readonly (Origin | null)[]): Origin | null {
  const [first, ...others] = candidates.filter((candidate) => candidate !== null)
  return first === undefined || others.length > 0 ? null : first
}

function fromId(part: JsonObject): Origin | null {
  const id = stringOf(part.file_id)
  return id === undefined ? null : { source: { from: 'id', id } }
}

/** A data URL of base64 is taken apart, so that protocols that want bytes and type get them; any other URL stays one. */
function fromUrl(url: string): Origin {
  const comma = url.startsWith('data:') ? url.indexOf(',') : -1
  const mediaType = /^data:([\w.+-]+\/[\w.+-]+);base64$/.exec(url.slice(0, Math.max(comma, 0)))?.[1]
  if (mediaType === undefined) return { source: { from: 'url', url } }
  return { source: { from: 'base64', data: url.slice(comma + 1) }, mediaType }
}

/** The vendor wants a data URL; some clients send the base64 alone. */
function fromData(data: string): Origin {
  return data.startsWith('data:') ? fromUrl(data) : { source: { from: 'base64', data } }
}

function writeKnown(part: MediaPart): JsonObject | null {
  switch (part.kind) {
    case 'image':
      return compact({ type: 'input_image', ...writeImageSource(part), detail: part.detail })
    case 'file':
      return compact({ type: 'input_file', ...writeFileSource(part), filename: part.filename })
    case 'audio': {
      if (part.source.from !== 'base64') return null
      return { type: 'input_audio', input_audio: compact({ data: part.source.data, format: audioFormat(part.mediaType) }) }
    }
    case 'video':
      return null
  }
}

function writeImageSource({ source, mediaType }: MediaPart): JsonObject {
  if (source.from === 'id') return { file_id: source.id }
  return { image_url: source.from === 'url' ? source.url : `data:${mediaType ?? 'image/jpeg'};base64,${source.data}` }
}

function writeFileSource({ source, mediaType }: MediaPart): JsonObject {
  if (source.from === 'id') return { file_id: source.id }
  if (source.from === 'url') return { file_url: source.url }
  return { file_data: mediaType === undefined ? source.data : `data:${mediaType};base64,${source.data}` }
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
