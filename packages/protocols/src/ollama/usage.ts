import { usageFrom } from '@gateway/core'
import type { JsonObject, Usage } from '@gateway/core'
import { compact } from '../compact.ts'
import { numberOf } from '../json-fields.ts'

/** The counts of an answer or a line: cached tokens are part of `prompt_eval_count`, thoughts part of `eval_count`. */
export function readUsage(body: JsonObject): Usage {
  return usageFrom(
    {
      input: numberOf(body.prompt_eval_count),
      cachedInput: numberOf(body.prompt_eval_cached_count),
      output: numberOf(body.eval_count),
    },
    'provider',
  )
}

/** Finer classes have no name here. */
export function writeUsage(usage: Usage): JsonObject {
  return compact({
    prompt_eval_count: usage.input?.tokens,
    prompt_eval_cached_count: usage.cachedInput?.tokens,
    eval_count: usage.output?.tokens,
  })
}

export const USAGE_FIELDS = ['prompt_eval_count', 'prompt_eval_cached_count', 'eval_count'] as const
