import type { TokenCounter } from '@gateway/core'
import { estimatedTokenCounter } from './estimated.ts'

/** Counts as the model does where its tokenizer is public: OpenAI's. Its tables (1 MB compressed) are loaded at the first call. */
export const exactTokenCounter: TokenCounter = {
  async count(text, model) {
    const countTokens = await tokenizerOf(model)
    return countTokens
      ? { tokens: countTokens(text, { allowedSpecial: 'all' }), method: 'exact' }
      : estimatedTokenCounter.count(text, model)
  },
}

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
