import { totalTokens, usageFrom } from '@gateway/core'
import type { JsonObject, TokenClass, Usage } from '@gateway/core'
import { numberOf, objectOf } from '../json-fields.ts'

/**
 * The usage of an answer or a chunk. `prompt_tokens` includes cached tokens and `completion_tokens` those of reasoning;
 * xAI and Google's compatible address leave reasoning out of the latter, which shows in a total that is larger than the
 * sum: there `output` is computed, so that it is what is charged. DeepSeek and Groq's `x_groq` are understood.
 */
export function readUsage(body: JsonObject): Usage {
  const own = objectOf(body.usage)
  const wire = numberOf(own.prompt_tokens) === undefined ? objectOf(objectOf(body.x_groq).usage) : own
  const input = objectOf(wire.prompt_tokens_details)
  const output = objectOf(wire.completion_tokens_details)
  const stated = usageFrom(
    {
      input: numberOf(wire.prompt_tokens),
      cachedInput: numberOf(input.cached_tokens) ?? numberOf(wire.prompt_cache_hit_tokens) ?? numberOf(wire.cached_tokens),
      cacheWrite: numberOf(input.cache_write_tokens),
      output: numberOf(wire.completion_tokens),
      reasoning: numberOf(output.reasoning_tokens),
      inputAudio: numberOf(input.audio_tokens),
      outputAudio: numberOf(output.audio_tokens),
      inputImage: numberOf(input.image_tokens),
      outputImage: numberOf(output.image_tokens),
    },
    'provider',
  )
  return { ...stated, ...usageFrom({ output: outputWithReasoning(wire) }, 'computed') }
}

/** Prompt and completion as OpenAI's clients expect them; null while nothing is known. */
export function writeUsage(usage: Usage): JsonObject | null {
  const total = totalTokens(usage)
  if (total === null) return null
  const input = details(usage, INPUT_DETAILS)
  const output = details(usage, OUTPUT_DETAILS)
  return {
    prompt_tokens: usage.input?.tokens ?? 0,
    completion_tokens: usage.output?.tokens ?? 0,
    total_tokens: total,
    ...(input && { prompt_tokens_details: input }),
    ...(output && { completion_tokens_details: output }),
  }
}

/** The whole output where `completion_tokens` is only a part of it, else undefined. */
function outputWithReasoning(wire: JsonObject): number | undefined {
  const prompt = numberOf(wire.prompt_tokens)
  const completion = numberOf(wire.completion_tokens)
  const total = numberOf(wire.total_tokens)
  if (prompt === undefined || completion === undefined || total === undefined) return undefined
  const unexplained = total - prompt - completion
  const reasoning = numberOf(objectOf(wire.completion_tokens_details).reasoning_tokens)
  const isReasoning = reasoning === undefined ? hasNoDetails(wire) : reasoning === unexplained
  return unexplained > 0 && isReasoning ? completion + unexplained : undefined
}

function hasNoDetails(wire: JsonObject): boolean {
  return wire.prompt_tokens_details == null && wire.completion_tokens_details == null
}

type DetailNames = readonly (readonly [string, TokenClass])[]

const INPUT_DETAILS: DetailNames = [
  ['cached_tokens', 'cachedInput'],
  ['cache_write_tokens', 'cacheWrite'],
  ['audio_tokens', 'inputAudio'],
  ['image_tokens', 'inputImage'],
]
const OUTPUT_DETAILS: DetailNames = [
  ['reasoning_tokens', 'reasoning'],
  ['audio_tokens', 'outputAudio'],
  ['image_tokens', 'outputImage'],
]

/** The classes that are known, or null where none is. */
function details(usage: Usage, names: DetailNames): JsonObject | null {
  const known = names.filter(([, tokenClass]) => usage[tokenClass] !== undefined)
  return known.length === 0 ? null : Object.fromEntries(known.map(([field, tokenClass]) => [field, usage[tokenClass]?.tokens]))
}
