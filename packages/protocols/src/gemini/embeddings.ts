import { isJsonObject, ReplyError } from '@gateway/core'
import type { Json, JsonObject, Usage } from '@gateway/core'
import { isJsonArray } from '../json-fields.ts'
import { findError } from './error-body.ts'
import { camelFields } from './field-names.ts'
import { badReply, judgeInside } from './judge-error.ts'
import { readUsage, writeUsage } from './usage.ts'

/** Vectors in the order of what was asked for, as floats: Google knows no other form. */
export interface Embeddings {
  readonly vectors: readonly (readonly number[])[]
  readonly usage: Usage
}

/** An answer of `:embedContent` or `:batchEmbedContents`. Throws `ReplyError` for an error inside a 200, and for what is no vector. */
export function readEmbeddings(body: JsonObject): Embeddings {
  const error = findError(body)
  if (error) throw new ReplyError(judgeInside(error))
  const { embedding, embeddings, usageMetadata } = camelFields(body)
  const list = isJsonArray(embeddings) ? embeddings : [embedding]
  return { vectors: list.map(readVector), usage: readUsage(usageMetadata) }
}

/** The answer to `:embedContent`; more than one vector is an answer to a batch. */
export function writeEmbedContentReply({ vectors, usage }: Embeddings): JsonObject {
  const [values = []] = vectors
  return { embedding: { values }, ...writeMetadata(usage) }
}

export function writeBatchEmbedContentsReply({ vectors, usage }: Embeddings): JsonObject {
  return { embeddings: vectors.map((values) => ({ values })), ...writeMetadata(usage) }
}

function readVector(embedding: Json | undefined): readonly number[] {
  const values = isJsonObject(embedding) ? embedding.values : undefined
  if (!isJsonArray(values) || values.length === 0) throw new ReplyError(badReply('malformed-reply'))
  return values.map((value) => {
    if (typeof value !== 'number') throw new ReplyError(badReply('malformed-reply'))
    return value
  })
}

function writeMetadata(usage: Usage): JsonObject {
  const usageMetadata = writeUsage(usage)
  return usageMetadata === null ? {} : { usageMetadata }
}
