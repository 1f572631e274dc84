import type { Json, JsonObject } from '@gateway/core'
import { arrayOf, isJsonArray, objectOf, objectsOf } from '../json-fields.ts'

/** Probabilities of a text's tokens in the form in which the language carries them, Chat Completions': `{content: […]}`. */
export function readLogprobs(logprobs: Json | undefined): JsonObject | undefined {
  return isJsonArray(logprobs) && logprobs.length > 0 ? { content: logprobs } : undefined
}

/** As a part of text wants them, with the fields that its clients require. */
export function writeLogprobs(logprobs: Json | undefined): readonly JsonObject[] {
  return objectsOf(objectOf(logprobs).content).map((token) => ({ ...token, top_logprobs: arrayOf(token.top_logprobs) }))
}
