import type { JsonObject, MediaPart } from '@gateway/core'
import { base64FromText, textFromBase64 } from '../base64-text.ts'
import { compact } from '../compact.ts'
import { objectOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import type { Block } from './blocks.ts'
import { ownExtras } from './blocks.ts'

/** An image or a document; null for any other block, and for a source that the language has no word for. */
export function readMedia(block: Block): MediaPart | null {
  const kind = KINDS.get(block.type)
  const source = readSource(objectOf(block.fields.source))
  if (kind === undefined || source === null) return null
  const filename = kind === 'file' ? stringOf(block.fields.title) : undefined
  const sourceRest = restOf(objectOf(block.fields.source), SOURCE_FIELDS)
  const blockRest = restOf(block.fields, filename === undefined ? BLOCK_FIELDS : DOCUMENT_FIELDS)
  const rest = sourceRest === undefined ? blockRest : { ...blockRest, source: sourceRest }
  return compact({ type: 'media', kind, ...source, filename, extras: ownExtras(rest) })
}

/** Zero or one block. Reports what Claude cannot look at: sound, video, files that are neither PDF nor text. */
export function writeMedia(part: MediaPart, translation: Translation): readonly JsonObject[] {
  const extras = translation.ownExtras(part.extras)
  const isImage = part.kind === 'image' || (part.kind === 'file' && (part.mediaType?.startsWith('image/') ?? false))
  const source = writeSource(part, isImage)
  if (source === null) {
    translation.drop(part.kind)
    return []
  }
  if (part.detail !== undefined) translation.drop('detail')
  if (isImage && part.filename !== undefined) translation.drop('filename')
  const { source: sourceRest, ...rest } = extras
  return [
    {
      type: isImage ? 'image' : 'document',
      source: { ...source, ...objectOf(sourceRest) },
      ...(!isImage && part.filename !== undefined && { title: part.filename }),
      ...rest,
    },
  ]
}

type Source = Pick<MediaPart, 'source'> & { readonly mediaType?: string | undefined }

const KINDS: ReadonlyMap<string, 'image' | 'file'> = new Map([
  ['image', 'image'],
  ['document', 'file'],
])
const BLOCK_FIELDS: ReadonlySet<string> = new Set(['type', 'source'])
const DOCUMENT_FIELDS: ReadonlySet<string> = new Set(['type', 'source', 'title'])
const SOURCE_FIELDS: ReadonlySet<string> = new Set(['type', 'media_type', 'data', 'url', 'file_id'])

function readSource(source: JsonObject): Source | null {
  const data = stringOf(source.data)
  const url = stringOf(source.url)
  const id = stringOf(source.file_id)
  if (source.type === 'base64' && data !== undefined) {
    return { source: { from: 'base64', data }, mediaType: stringOf(source.media_type) }
  }
  if (source.type === 'url' && url !== undefined) return { source: { from: 'url', url } }
  if (source.type === 'file' && id !== undefined) return { source: { from: 'id', id } }
  const base64 = source.type === 'text' && data !== undefined ? base64FromText(data) : null
  return base64 === null ? null : { source: { from: 'base64', data: base64 }, mediaType: stringOf(source.media_type) ?? 'text/plain' }
}

function writeSource(part: MediaPart, isImage: boolean): JsonObject | null {
  const { source, mediaType } = part
  if (!isImage && part.kind !== 'file') return null
  if (source.from === 'url') return { type: 'url', url: source.url }
  if (source.from === 'id') return { type: 'file', file_id: source.id }
  if (isImage) return { type: 'base64', media_type: mediaType ?? 'image/jpeg', data: source.data }
  if (mediaType === undefined || mediaType === PDF) return { type: 'base64', media_type: PDF, data: source.data }
  const text = isTextual(mediaType) ? textFromBase64(source.data) : null
  return text === null ? null : { type: 'text', media_type: 'text/plain', data: text }
}

const PDF = 'application/pdf'

function isTextual(mediaType: string): boolean {
  return mediaType.startsWith('text/') || /^application\/(?:json|xml|yaml|x-yaml|javascript|x-sh)\b/.test(mediaType)
}
