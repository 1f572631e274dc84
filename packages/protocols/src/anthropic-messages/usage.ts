import { usageFrom } from '@gateway/core'
import type { JsonObject, Usage } from '@gateway/core'
import { numberOf, objectOf } from '../json-fields.ts'

/**
 * The usage of an answer. `input_tokens` leaves out what was read from the cache and written to it: the whole input is the sum
 * of the three, and so computed where they are not zero. `output_tokens` includes those of thinking.
 * Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching#tracking-cache-performance
 */
export function readUsage(wire: JsonObject): Usage {
  const fresh = numberOf(wire.input_tokens)
  const cachedInput = numberOf(wire.cache_read_input_tokens)
  const cacheWrite = numberOf(wire.cache_creation_input_tokens)
  const cached = (cachedInput ?? 0) + (cacheWrite ?? 0)
  const input = fresh === undefined ? undefined : fresh + cached
  const reasoning = numberOf(objectOf(wire.output_tokens_details).thinking_tokens)
  return {
    ...usageFrom({ input }, cached === 0 ? 'provider' : 'computed'),
    ...usageFrom({ cachedInput, cacheWrite, output: numberOf(wire.output_tokens), reasoning }, 'provider'),
  }
}

/** The counts as Anthropic's clients expect them, input and output in any case. */
export function writeUsage(usage: Usage): JsonObject {
  const { input, output, cachedInput, cacheWrite, reasoning } = usage
  const fresh = (input?.tokens ?? 0) - (cachedInput?.tokens ?? 0) - (cacheWrite?.tokens ?? 0)
  return {
    input_tokens: Math.max(0, fresh),
    ...(cacheWrite && { cache_creation_input_tokens: cacheWrite.tokens }),
    ...(cachedInput && { cache_read_input_tokens: cachedInput.tokens }),
    output_tokens: output?.tokens ?? 0,
    ...(reasoning && { output_tokens_details: { thinking_tokens: reasoning.tokens } }),
  }
}

/**
 * The counts of two events of one stream: each is cumulative and may leave out what has not changed, so the larger of each is
 * the later one. Counts are merged before they are added up, since a class and the total may come in different events.
 */
export function mergeCounts(first: JsonObject, second: JsonObject): JsonObject {
  const merged: { [field: string]: JsonObject[string] } = { ...first }
  for (const [field, value] of Object.entries(second)) {
    const known = numberOf(first[field])
    const count = numberOf(value)
    if (value != null && (known === undefined || count === undefined || count > known)) merged[field] = value
  }
  return merged
}

/** The fields of a usage that are counted; the others say how the answer was served. */
export const COUNTS: ReadonlySet<string> = new Set([
  'input_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'output_tokens',
  'output_tokens_details',
])
