import { totalTokens, usageFrom } from '@gateway/core'
import type { Json, JsonObject, Usage } from '@gateway/core'
import { numberOf, objectOf } from '../json-fields.ts'

/** `input_tokens` includes cached tokens, `output_tokens` those of reasoning. */
export function readUsage(usage: Json | undefined): Usage {
  const wire = objectOf(usage)
  const input = objectOf(wire.input_tokens_details)
  return usageFrom(
    {
      input: numberOf(wire.input_tokens),
      cachedInput: numberOf(input.cached_tokens),
      cacheWrite: numberOf(input.cache_write_tokens),
      output: numberOf(wire.output_tokens),
      reasoning: numberOf(objectOf(wire.output_tokens_details).reasoning_tokens),
    },
    'provider',
  )
}

/** Null while nothing is known. Clients require each count, so that an unknown one is 0. */
export function writeUsage(usage: Usage): JsonObject | null {
  const total = totalTokens(usage)
  if (total === null) return null
  return {
    input_tokens: usage.input?.tokens ?? 0,
    input_tokens_details: { cached_tokens: usage.cachedInput?.tokens ?? 0, cache_write_tokens: usage.cacheWrite?.tokens ?? 0 },
    output_tokens: usage.output?.tokens ?? 0,
    output_tokens_details: { reasoning_tokens: usage.reasoning?.tokens ?? 0 },
    total_tokens: total,
  }
}
