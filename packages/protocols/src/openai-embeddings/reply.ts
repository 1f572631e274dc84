import { ReplyError, totalTokens, usageFrom } from '@gateway/core'
import type { EmbeddingsReply, EmbeddingsRequest, Json, JsonObject } from '@gateway/core'
import { isJsonArray, numberOf, objectOf, objectsOf, stringOf } from '../json-fields.ts'
import { findError } from '../openai-chat/error-body.ts'
import { judgeInside } from '../openai-chat/judge-error.ts'
import { badReply } from '../upstream-failure.ts'
import { base64FromFloats, floatsFromBase64 } from './base64-floats.ts'

/** Vectors in the order of their indices, unpacked where they come packed. */
export function readReply(body: JsonObject): EmbeddingsReply {
  const error = findError(body)
  if (error) throw new ReplyError(judgeInside(error))
  const data = objectsOf(body.data)
  if (data.length === 0) throw new ReplyError(badReply(isJsonArray(body.data) ? 'empty-reply' : 'malformed-reply'))
  const indexed = data.map((entry, position) => ({ index: numberOf(entry.index) ?? position, vector: readVector(entry.embedding) }))
  return {
    model: stringOf(body.model) ?? '',
    vectors: indexed.toSorted((first, second) => first.index - second.index).map(({ vector }) => vector),
    usage: usageFrom({ input: numberOf(objectOf(body.usage).prompt_tokens) }, 'provider'),
  }
}

/** Packed where the client asked for that: its own library does so unasked. */
export function writeReply(reply: EmbeddingsReply, request: EmbeddingsRequest): JsonObject {
  const isPacked = request.encoding === 'base64'
  const promptTokens = reply.usage.input?.tokens ?? 0
  return {
    object: 'list',
    data: reply.vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: isPacked ? base64FromFloats(vector) : vector,
    })),
    model: reply.model,
    usage: { prompt_tokens: promptTokens, total_tokens: totalTokens(reply.usage) ?? promptTokens },
  }
}

function readVector(embedding: Json | undefined): readonly number[] {
  const vector = typeof embedding === 'string' ? floatsFromBase64(embedding) : numbersOf(embedding)
  if (vector === null || vector.length === 0) throw new ReplyError(badReply('malformed-reply'))
  return vector
}

function numbersOf(embedding: Json | undefined): readonly number[] | null {
  if (!isJsonArray(embedding)) return null
  const numbers = embedding.filter((value): value is number => typeof value === 'number')
  return numbers.length === embedding.length ? numbers : null
}
