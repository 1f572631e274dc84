import type { Price, TokenClass, Usage } from '@gateway/core'

/**
 * The cost of one request in nano-dollars: an integer, never negative, rounded half up once at the end. Pure.
 *
 * The totals `input` and `output` include their classes (see `TokenClass`): each class is charged at its own price, or at its
 * total's where it has none, and what is left of the total at the total's price. A class that the usage does not name counts as
 * none of it, since providers leave out what did not occur. Classes that overlap (cached audio is both cached and audio) are
 * charged as if they did not, so the error is on the high side.
 *
 * Null where a total that is charged for is unknown, or a count is not a number from 0 up.
 */
export function costOf(usage: Usage, price: Price): number | null {
  const rates = ratesAt(price, usage.input?.tokens)
  if (rates === null) return null
  const input = costOfSide(usage, rates, INPUT)
  const output = costOfSide(usage, rates, OUTPUT)
  if (input === null || output === null) return null
  return Number((input + output + HALF_A_MILLION) / ONE_MILLION) + Math.round(rates.perRequest ?? 0)
}

/** The last tier that the whole prompt is longer than; null where there are tiers and the length is unknown. */
function ratesAt(price: Price, inputTokens: number | undefined): Price | null {
  if (!price.tiers || price.tiers.length === 0) return price
  if (inputTokens === undefined) return null
  const tier = price.tiers.findLast(({ aboveInputTokens }) => inputTokens > aboveInputTokens)
  return tier ? ratesAt(tier.price, inputTokens) : price
}

/** One direction, in millionths of a nano-dollar: beyond 2⁵³ for a long prompt at a high price, hence BigInt. */
function costOfSide(usage: Usage, rates: Price, side: Side): bigint | null {
  const totalRate = rates[side.total]
  if (totalRate === 0 && side.parts.every((part) => (rates[part] ?? 0) === 0)) return 0n
  const total = countOf(usage, side.total)
  if (total === null) return null
  let rest = total
  let cost = 0n
  for (const part of side.parts) {
    if (usage[part] === undefined) continue
    const tokens = countOf(usage, part)
    if (tokens === null) return null
    rest -= tokens
    cost += tokens * toBigInt(rates[part] ?? totalRate)
  }
  return rest > 0n ? cost + rest * toBigInt(totalRate) : cost
}

function countOf(usage: Usage, tokenClass: TokenClass): bigint | null {
  const tokens = usage[tokenClass]?.tokens
  if (tokens === undefined || !Number.isFinite(tokens) || tokens < 0) return null
  return toBigInt(tokens)
}

const toBigInt = (value: number): bigint => BigInt(Math.round(value))

interface Side {
  readonly total: 'input' | 'output'
  readonly parts: readonly Exclude<TokenClass, 'input' | 'output'>[]
}

const INPUT: Side = { total: 'input', parts: ['cachedInput', 'cacheWrite', 'inputAudio', 'inputImage'] }
const OUTPUT: Side = { total: 'output', parts: ['reasoning', 'outputAudio', 'outputImage'] }

const ONE_MILLION = 1_000_000n
const HALF_A_MILLION = 500_000n
