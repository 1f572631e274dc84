import type { Json } from '@gateway/core'
import { isJsonArray, objectOf } from '../json-fields.ts'

/** The tokens of a text, in the envelope in which the language has them. */
export function readLogprobs(logprobs: Json | undefined): Json | undefined {
  return isJsonArray(logprobs) && logprobs.length > 0 ? { content: logprobs } : undefined
}

/** Undefined for what is no list of tokens. */
export function writeLogprobs(logprobs: Json | undefined): Json | undefined {
  const { content } = objectOf(logprobs)
  return isJsonArray(content) && content.length > 0 ? content : undefined
}
