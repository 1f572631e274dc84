import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject, UserPart, Written } from '@gateway/core'
import { checkBody, invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { numberOf, objectOf, restOf, stringOf } from '../json-fields.ts'
import { createTranslation } from '../translation.ts'
import type { Translation } from '../translation.ts'
import { camelFields } from './field-names.ts'
import { readUserPart, writeUserPart } from './parts.ts'
import { openParts } from './wire-part.ts'
import { batchSchema, PROTOCOL } from './wire.ts'

/** One thing that is to become one vector. */
export interface EmbeddingItem {
  readonly content: readonly UserPart[]
  /** Google's words: `RETRIEVAL_QUERY`, `SEMANTIC_SIMILARITY` … */
  readonly taskType?: string
  readonly title?: string
  readonly dimensions?: number
  /** Fields that have no word here. */
  readonly rest?: JsonObject
}

/** A request for vectors, one an item, in the order of the items. */
export interface EmbeddingRequest {
  readonly model: string
  readonly items: readonly EmbeddingItem[]
}

/**
 * A body for `:embedContent`; the model stands in the URL. Throws `GatewayError('invalid-request')`.
 * Source: https://ai.google.dev/api/embeddings
 */
export function readEmbedContentRequest(body: JsonObject, model: string): EmbeddingRequest {
  return { model: plainModel(model), items: [readItem(body, '')] }
}

/** A body for `:batchEmbedContents`. Each element may name a model, which has to be the one of the URL. */
export function readBatchEmbedContentsRequest(body: JsonObject, model: string): EmbeddingRequest {
  checkBody(batchSchema, body)
  const requests = Array.isArray(body.requests) ? body.requests.filter(isJsonObject) : []
  const items = requests.map((request, index) => {
    const named = stringOf(request.model) ?? model
    if (plainModel(named) !== plainModel(model)) throw invalidField(`requests[${index}].model`, 'the model of the address', named)
    return readItem(request, `requests[${index}].`)
  })
  return { model: plainModel(model), items }
}

/** The body of one item. */
export function writeEmbedContentRequest(item: EmbeddingItem): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  return { value: writeItem(item, translation), warnings: translation.warnings() }
}

/** The body of any number of items. Google wants the model's name in each. */
export function writeBatchEmbedContentsRequest({ model, items }: EmbeddingRequest): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  const requests = items.map((item) => ({ model: `models/${model}`, ...writeItem(item, translation) }))
  return { value: { requests }, warnings: translation.warnings() }
}

const ITEM_FIELDS: ReadonlySet<string> = new Set(['model', 'content', 'taskType', 'title', 'outputDimensionality'])

function readItem(wire: JsonObject, prefix: string): EmbeddingItem {
  const fields = camelFields(wire)
  if (!isJsonObject(fields.content)) throw invalidField(`${prefix}content`, 'an object', fields.content)
  const content = openParts(fields.content.parts, `${prefix}content.parts`).map(readUserPart)
  return compact({
    content,
    taskType: stringOf(fields.taskType),
    title: stringOf(fields.title),
    dimensions: readDimensions(fields.outputDimensionality, prefix),
    rest: restOf(fields, ITEM_FIELDS),
  })
}

function readDimensions(value: Json | undefined, prefix: string): number | undefined {
  const dimensions = numberOf(value)
  const isPositive = dimensions !== undefined && Number.isInteger(dimensions) && dimensions > 0
  if (value != null && !isPositive) throw invalidField(`${prefix}outputDimensionality`, 'a positive integer', value)
  return dimensions
}

function writeItem({ content, taskType, title, dimensions, rest }: EmbeddingItem, translation: Translation): JsonObject {
  const parts = content.flatMap((part) => writeUserPart(part, translation))
  return { content: { parts }, ...compact({ taskType, title, outputDimensionality: dimensions }), ...objectOf(rest) }
}

function plainModel(model: string): string {
  return model.replace(/^models\//, '')
}
