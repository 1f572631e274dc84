import type { Json, JsonObject } from '@gateway/core'
import { isJsonArray, objectOf, objectsOf, stringOf } from '../json-fields.ts'

/** Probabilities of a text's tokens in the form in which the language carries them, Chat Completions': `{content: […]}`. */
export function readLogprobs(logprobs: Json | undefined): JsonObject | undefined {
  return isJsonArray(logprobs) && logprobs.length > 0 ? { content: logprobs } : undefined
}

/** As a part of text wants them, with the fields that its clients require. */
export function writeLogprobs(logprobs: Json | undefined): readonly JsonObject[] {
  return objectsOf(objectOf(logprobs).content).map((token) => ({
    ...withBytes(token),
    top_logprobs: objectsOf(token.top_logprobs).map(withBytes),
  }))
}

/** Other vendors leave out the bytes of a token, or say null. */
function withBytes(token: JsonObject): JsonObject {
  if (isJsonArray(token.bytes)) return token
  return { ...token, bytes: [...new TextEncoder().encode(stringOf(token.token) ?? '')] }
}
