import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject } from '@gateway/core'
import { compact } from '../compact.ts'
import { numberOf, objectOf, objectsOf, stringOf } from '../json-fields.ts'
import { camelFields } from './field-names.ts'

/** A `logprobsResult` in the shape that the language has from OpenAI: `{ content: [{ token, logprob, bytes, top_logprobs }] }`. */
export function readLogprobs(result: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(result)) return undefined
  const wire = camelFields(result)
  const top = objectsOf(wire.topCandidates).map((step) => objectsOf(step.candidates).map(readToken))
  const content = objectsOf(wire.chosenCandidates).map((token, index) => ({ ...readToken(token), top_logprobs: top[index] ?? [] }))
  return content.length === 0 ? undefined : { content }
}

/** Undefined where there is nothing that Google has a word for. */
export function writeLogprobs(logprobs: Json | undefined): JsonObject | undefined {
  const content = objectsOf(objectOf(logprobs).content)
  if (content.length === 0) return undefined
  return {
    topCandidates: content.map((token) => ({ candidates: objectsOf(token.top_logprobs).map(writeToken) })),
    chosenCandidates: content.map(writeToken),
  }
}

function readToken(wire: JsonObject): JsonObject {
  const { token, logProbability, tokenId } = camelFields(wire)
  // Protobuf leaves out zeros, and the logarithm of certainty is one.
  return compact({ token: stringOf(token) ?? '', logprob: numberOf(logProbability) ?? 0, bytes: null, token_id: numberOf(tokenId) })
}

function writeToken(token: JsonObject): JsonObject {
  return compact({ token: stringOf(token.token), tokenId: numberOf(token.token_id), logProbability: numberOf(token.logprob) })
}
