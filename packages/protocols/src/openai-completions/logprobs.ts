import type { Json, JsonObject } from '@gateway/core'
import { arrayOf, numberOf, objectOf, objectsOf, stringOf } from '../json-fields.ts'

/**
 * Probabilities of a text's tokens in the form in which the language carries them, Chat Completions': `{content: […]}`. A
 * token without one (the first of a prompt that is echoed) is left out.
 */
export function readLogprobs(logprobs: Json | undefined): JsonObject | undefined {
  const wire = objectOf(logprobs)
  const probabilities = arrayOf(wire.token_logprobs)
  const alternatives = arrayOf(wire.top_logprobs)
  const content = arrayOf(wire.tokens).flatMap((token, index): readonly JsonObject[] => {
    const text = stringOf(token)
    const logprob = numberOf(probabilities[index])
    if (text === undefined || logprob === undefined) return []
    const top = Object.entries(objectOf(alternatives[index])).map(([other, value]) => ({ token: other, logprob: value, bytes: null }))
    return [{ token: text, logprob, bytes: null, top_logprobs: top }]
  })
  // Servers that have learnt the newer form say it here as well.
  if (content.length === 0) return objectsOf(wire.content).length === 0 ? undefined : { content: arrayOf(wire.content) }
  return { content }
}

/** `offset`: where in the answer the text begins, in characters. Null where there are none. */
export function writeLogprobs(logprobs: Json | undefined, offset: number = 0): JsonObject | null {
  const content = objectsOf(objectOf(logprobs).content)
  if (content.length === 0) return null
  const tokens = content.map((entry) => stringOf(entry.token) ?? '')
  const offsets: number[] = []
  let position = offset
  for (const token of tokens) {
    offsets.push(position)
    position += token.length
  }
  return {
    tokens,
    token_logprobs: content.map((entry) => numberOf(entry.logprob) ?? null),
    top_logprobs: content.map((entry) =>
      Object.fromEntries(objectsOf(entry.top_logprobs).map((other) => [stringOf(other.token) ?? '', numberOf(other.logprob) ?? null])),
    ),
    text_offset: offsets,
  }
}
