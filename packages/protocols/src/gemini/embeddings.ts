import { isJsonObject, ReplyError } from '@gateway/core'
import type { EmbeddingsProtocol, EmbeddingsReply, Json, JsonObject } from '@gateway/core'
import { isJsonArray } from '../json-fields.ts'
import { openEmbeddingsRequest, passEmbeddingsRequest, readEmbeddingsRequest, writeEmbeddingsRequest } from './embeddings-request.ts'
import { findError } from './error-body.ts'
import { readError, writeError } from './error.ts'
import { camelFields } from './field-names.ts'
import { judgeInside } from './judge-error.ts'
import { badReply } from '../upstream-failure.ts'
import { readUsage, writeUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

/**
 * `:embedContent` and `:batchEmbedContents`. The body that is written is of the first for one text, of the second for any
 * other number. Source: https://ai.google.dev/api/embeddings
 */
export const geminiEmbeddings: EmbeddingsProtocol = {
  name: PROTOCOL,
  openRequest: openEmbeddingsRequest,
  readRequest: readEmbeddingsRequest,
  writeRequest: writeEmbeddingsRequest,
  passRequest: passEmbeddingsRequest,
  readReply: readEmbeddings,
  writeReply: writeEmbeddings,
  readError,
  writeError,
}

/** Google does not say which model it was. */
function readEmbeddings(body: JsonObject): EmbeddingsReply {
  const error = findError(body)
  if (error) throw new ReplyError(judgeInside(error))
  const { embedding, embeddings, usageMetadata } = camelFields(body)
  const list = isJsonArray(embeddings) ? embeddings : [embedding]
  return { model: '', vectors: list.map(readVector), usage: readUsage(usageMetadata) }
}

/** One vector is said in both forms, since the request does not tell which of the two methods was called. */
function writeEmbeddings({ vectors, usage }: EmbeddingsReply): JsonObject {
  const embeddings = vectors.map((values) => ({ values }))
  const [embedding] = embeddings
  const usageMetadata = writeUsage(usage)
  return { ...(embeddings.length === 1 && { embedding }), embeddings, ...(usageMetadata && { usageMetadata }) }
}

function readVector(embedding: Json | undefined): readonly number[] {
  const values = isJsonObject(embedding) ? embedding.values : undefined
  if (!isJsonArray(values) || values.length === 0) throw new ReplyError(badReply('malformed-reply'))
  return values.map((value) => {
    if (typeof value !== 'number') throw new ReplyError(badReply('malformed-reply'))
    return value
  })
}
