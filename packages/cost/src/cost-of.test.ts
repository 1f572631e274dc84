import type { Price, TokenClass, Usage } from '@gateway/core'
import { FREE, usageFrom } from '@gateway/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costOf } from './cost-of.ts'
import { priceFromUsd } from './usd-price.ts'

const usageOf = (counts: { readonly [tokenClass in TokenClass]?: number }): Usage => usageFrom(counts, 'provider')

const HAIKU = priceFromUsd({ input: 1, output: 5, cachedInput: 0.1, cacheWrite: 1.25 })

describe('the cost of a usage', () => {
  it('charges the plain rest at the total price and each class at its own', () => {
    const usage = usageOf({ input: 1_000, cachedInput: 600, cacheWrite: 100, output: 10 })
    // 300 × 1 + 600 × 0.1 + 100 × 1.25 + 10 × 5 = 535 millionths of a dollar
    expect(costOf(usage, HAIKU)).toBe(535_000)
  })

  it('charges a class without a price of its own like its total', () => {
    const plain = usageOf({ input: 1_000, output: 100 })
    const detailed = usageOf({ input: 1_000, inputAudio: 300, output: 100, reasoning: 80 })
    expect(costOf(detailed, HAIKU)).toBe(costOf(plain, HAIKU))
  })

  it('adds the price of a request', () => {
    expect(costOf({}, priceFromUsd({ perRequest: 0.001 }))).toBe(1_000_000)
  })

  it('costs nothing on a machine of one’s own, even when nothing was counted', () => {
    expect(costOf({}, FREE)).toBe(0)
  })

  it('is null where a total that is charged for is unknown', () => {
    expect(costOf(usageOf({ output: 10 }), HAIKU)).toBeNull()
    expect(costOf(usageOf({ input: 10 }), HAIKU)).toBeNull()
    expect(costOf(usageOf({ cachedInput: 10, output: 1 }), HAIKU)).toBeNull()
  })

  it('is null for a count that is no count', () => {
    for (const tokens of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      expect(costOf({ input: { tokens, provenance: 'provider' }, output: { tokens: 1, provenance: 'provider' } }, HAIKU)).toBeNull()
    }
  })

  it('takes the tier by the length of the whole prompt, and for all of it', () => {
    const price = priceFromUsd({
      input: 3,
      output: 15,
      tiers: [
        { aboveInputTokens: 200_000, price: { input: 6, output: 22.5 } },
        { aboveInputTokens: 500_000, price: { input: 8, output: 30 } },
      ],
    })
    expect(costOf(usageOf({ input: 200_000, cachedInput: 199_000, output: 0 }), price)).toBe(600_000_000)
    expect(costOf(usageOf({ input: 200_001, output: 1 }), price)).toBe(1_200_028_500)
    expect(costOf(usageOf({ input: 500_001, output: 0 }), price)).toBe(4_000_008_000)
    expect(costOf(usageOf({ output: 1 }), price)).toBeNull()
  })

  it('rounds half up, once', () => {
    const price: Price = { input: 250_000, output: 250_000 }
    expect(costOf(usageOf({ input: 1, output: 0 }), price)).toBe(0)
    expect(costOf(usageOf({ input: 1, output: 1 }), price)).toBe(1)
  })

  it('is exact where floating point is not', () => {
    const price = priceFromUsd({ input: 600, output: 600 })
    expect(costOf(usageOf({ input: 999_999_999, output: 0 }), price)).toBe(599_999_999_400_000)
  })
})

describe('the cost of any usage', () => {
  const tokens = fc.integer({ min: 0, max: 10_000_000 })
  const usd = fc.double({ min: 0, max: 1_000, noNaN: true })
  const flat = fc
    .record({ input: usd, output: usd, cachedInput: usd, reasoning: usd }, { requiredKeys: ['input', 'output'] })
    .map(priceFromUsd)
  /** Classes that fit into their totals. */
  const usage = fc
    .record({ plain: tokens, cachedInput: tokens, answer: tokens, reasoning: tokens })
    .map(({ plain, cachedInput, answer, reasoning }) =>
      usageOf({ input: plain + cachedInput, cachedInput, output: answer + reasoning, reasoning }),
    )

  it('is an integer from 0 up', () => {
    fc.assert(
      fc.property(usage, flat, (someUsage, price) => {
        const cost = costOf(someUsage, price)
        expect(Number.isSafeInteger(cost)).toBe(true)
        expect(cost).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('never falls when more of any class is used', () => {
    fc.assert(
      fc.property(usage, usage, flat, (first, more, price) => {
        expect(costOf(sum(first, more), price)).toBeGreaterThanOrEqual(costOf(first, price) ?? Number.NaN)
      }),
    )
  })

  it('adds up, to the one nano-dollar that rounding may move', () => {
    fc.assert(
      fc.property(usage, usage, flat, (first, second, price) => {
        const together = costOf(sum(first, second), price) ?? Number.NaN
        const apart = (costOf(first, price) ?? Number.NaN) + (costOf(second, price) ?? Number.NaN)
        expect(Math.abs(together - apart)).toBeLessThanOrEqual(1)
      }),
    )
  })

  const sum = (first: Usage, second: Usage): Usage => {
    const add = (tokenClass: TokenClass): number => (first[tokenClass]?.tokens ?? 0) + (second[tokenClass]?.tokens ?? 0)
    return usageOf({ input: add('input'), cachedInput: add('cachedInput'), output: add('output'), reasoning: add('reasoning') })
  }
})
