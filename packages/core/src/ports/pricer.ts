import type { Usage } from '../language/usage.ts'

/** Knows what tokens cost. Pure and synchronous: it is asked for every candidate of every request. */
export interface Pricer {
  /** Null where nobody knows the price, which is not free. */
  priceOf(model: { readonly provider: string; readonly model: string }): Price | null
  /** Tokens of prompt and answer together, where the price list says so as well; null where nobody knows. */
  contextWindowOf?(model: { readonly provider: string; readonly model: string }): number | null
  /** Billionths of a US dollar, rounded to an integer; null where the usage lacks a class that is charged for. */
  costOf(usage: Usage, price: Price): number | null
}

/** Prices in nano-dollars (10⁻⁹ USD): for one million tokens of a class, and for each request. An absent class costs what its total costs. */
export interface Price {
  readonly input: number
  readonly output: number
  readonly cachedInput?: number
  readonly cacheWrite?: number
  readonly reasoning?: number
  readonly inputAudio?: number
  readonly outputAudio?: number
  readonly inputImage?: number
  readonly outputImage?: number
  readonly perRequest?: number
  /** Prices that hold once the whole prompt is longer than this many tokens; the last that applies counts. */
  readonly tiers?: readonly { readonly aboveInputTokens: number; readonly price: Price }[]
}

/** Costs nothing: a machine of one's own. */
export const FREE: Price = { input: 0, output: 0 }
