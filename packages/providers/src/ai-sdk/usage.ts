import { isJsonObject, usageFrom, type FinishReason, type Json, type Usage } from '@gateway/core'

/** From v3 on the counts are grouped, before they stand side by side; totals include their parts in both. */
export function readUsage(usage: Json | undefined): Usage {
  if (!isJsonObject(usage)) return {}
  const { inputTokens, outputTokens } = usage
  const input = isJsonObject(inputTokens)
    ? { input: inputTokens['total'], cachedInput: inputTokens['cacheRead'], cacheWrite: inputTokens['cacheWrite'] }
    : { input: inputTokens, cachedInput: usage['cachedInputTokens'], cacheWrite: null }
  const output = isJsonObject(outputTokens)
    ? { output: outputTokens['total'], reasoning: outputTokens['reasoning'] }
    : { output: outputTokens, reasoning: usage['reasoningTokens'] }
  const counts = {
    input: countOf(input.input),
    cachedInput: countOf(input.cachedInput),
    cacheWrite: countOf(input.cacheWrite),
    output: countOf(output.output),
    reasoning: countOf(output.reasoning),
  }
  return usageFrom(counts, 'provider')
}

function countOf(count: Json | undefined): number | null {
  return typeof count === 'number' ? count : null
}

/** Why the model stopped; `unsaid` where the vendor did not say, which is how a stream that was cut looks here. */
export function readFinishReason(reason: Json | undefined): FinishReason | 'error' | 'unsaid' {
  const word = isJsonObject(reason) ? reason['unified'] : reason
  const isRaw = !isJsonObject(reason) || (reason['raw'] !== undefined && reason['raw'] !== null)
  switch (word) {
    case 'stop':
    case 'length':
    case 'content-filter':
    case 'tool-calls':
    case 'error':
      return word
    case 'other':
      return isRaw ? 'other' : 'unsaid'
    default:
      return 'unsaid'
  }
}
