import type { Usage } from '../language/usage.ts'
import type { ModelRequest } from '../model-request.ts'

/** What an answer is taken to be long where the client set no limit, and at most where it did: people set limits far above what they get. */
const TYPICAL_OUTPUT_TOKENS = 500

/** The usage that a request is expected to have, to compare targets by money. */
export function expectedUsage({ size }: ModelRequest): Usage {
  const output = Math.min(size.maxOutputTokens ?? TYPICAL_OUTPUT_TOKENS, TYPICAL_OUTPUT_TOKENS) * size.choiceCount
  return { input: { tokens: size.inputTokens, provenance: 'estimated' }, output: { tokens: output, provenance: 'estimated' } }
}
