import type { TokenCounter } from '@gateway/core'
import { estimateTokenCount } from 'tokenx'

/** Counts by rules of thumb for each script; 1 kB. Exact on English prose, −11 % on code, +37 % on Chinese (measured against o200k). */
export const estimatedTokenCounter: TokenCounter = {
  count: async (text) => ({ tokens: estimateTokenCount(text), method: 'estimated' }),
}
