import type { TokenCounter } from '@gateway/core'
import { estimatedTokenCounter } from './estimated.ts'

/**
 * Counts as the model does where its tokenizer is public: OpenAI's. Its tables (1 MB compressed) are loaded at the first call. A text
 * that would hold up everything else for more than about a second is estimated.
 */
export const exactTokenCounter: TokenCounter = {
  async count(text, model) {
    const countTokens = isQuick(text) ? await tokenizerOf(model) : null
    return countTokens
      ? { tokens: countTokens(text, { allowedSpecial: 'all' }), method: 'exact' }
      : estimatedTokenCounter.count(text, model)
  },
}

/**
 * Time goes with the square of each run that the tokenizer takes as one piece: 10,000 Chinese characters without a comma took 0.8 s,
 * a million letters minutes. No piece is longer than a run of letters, or of what is neither letter nor digit.
 */
function isQuick(text: string): boolean {
  if (text.length > MAX_LENGTH) return false
  for (const [run] of text.matchAll(/[\p{L}\p{M}]+|[^\p{L}\p{N}]+/gu)) if (run.length > MAX_RUN) return false
  return true
}

const MAX_LENGTH = 500_000
const MAX_RUN = 200

type Tokenizer = (text: string, options: { readonly allowedSpecial: 'all' }) => number

/** Vendors put their own name in front (`openai/gpt-4o`), and a date behind. */
async function tokenizerOf(model: string): Promise<Tokenizer | null> {
  const name = model.slice(model.lastIndexOf('/') + 1)
  if (O200K.test(name)) return (await import('gpt-tokenizer/encoding/o200k_base')).countTokens
  if (CL100K.test(name)) return (await import('gpt-tokenizer/encoding/cl100k_base')).countTokens
  return null
}

/** https://github.com/openai/tiktoken, tiktoken/model.py */
const O200K = /^(gpt-4o|gpt-4\.[15]|gpt-[5-9]|chatgpt-4o|o[1-9])/
const CL100K = /^(gpt-4|gpt-3\.5|text-embedding-(ada|3))/
