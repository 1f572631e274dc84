import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeUsage, TOKEN_CLASSES, totalTokens, usageFrom, type Usage } from './usage.ts'

const anyUsage: fc.Arbitrary<Usage> = fc.record(
  Object.fromEntries(
    TOKEN_CLASSES.map((tokenClass) => [
      tokenClass,
      fc.record({ tokens: fc.nat(1_000), provenance: fc.constantFrom('provider', 'computed', 'estimated', 'partial') }),
    ]),
  ),
  { requiredKeys: [] },
)

describe('merging usage', () => {
  it('keeps the larger figure of each class, with its provenance', () => {
    const first = usageFrom({ input: 10, output: 5 }, 'partial')
    const second = usageFrom({ output: 7, reasoning: 3 }, 'provider')
    expect(mergeUsage(first, second)).toEqual({
      input: { tokens: 10, provenance: 'partial' },
      output: { tokens: 7, provenance: 'provider' },
      reasoning: { tokens: 3, provenance: 'provider' },
    })
  })

  it('is not undone by zeros that follow', () => {
    const said = usageFrom({ input: 10, output: 5 }, 'provider')
    expect(mergeUsage(said, usageFrom({ input: 0, output: 0 }, 'provider'))).toEqual(said)
  })

  it('changes nothing with nothing, and nothing the second time', () => {
    fc.assert(
      fc.property(anyUsage, (usage) => {
        expect(mergeUsage(usage, {})).toEqual(usage)
        expect(mergeUsage({}, usage)).toEqual(usage)
        expect(mergeUsage(usage, usage)).toEqual(usage)
      }),
    )
  })

  it('may be done in any grouping, and counts the same in any order', () => {
    fc.assert(
      fc.property(anyUsage, anyUsage, anyUsage, (first, second, third) => {
        expect(mergeUsage(mergeUsage(first, second), third)).toEqual(mergeUsage(first, mergeUsage(second, third)))
        expect(tokensOf(mergeUsage(first, second))).toEqual(tokensOf(mergeUsage(second, first)))
      }),
    )
  })

  it('does not change what it is given', () => {
    fc.assert(
      fc.property(anyUsage, anyUsage, (first, second) => {
        const before = structuredClone([first, second])
        mergeUsage(first, second)
        expect([first, second]).toEqual(before)
      }),
    )
  })
})

describe('figures that a provider states', () => {
  it.each([null, undefined, Number.NaN, -1, Number.POSITIVE_INFINITY])('leave a count of %s unknown', (count) => {
    expect(usageFrom({ input: count, output: 2 }, 'provider')).toEqual({ output: { tokens: 2, provenance: 'provider' } })
  })

  it('may be zero, which is not unknown', () => {
    expect(usageFrom({ input: 0 }, 'provider')).toEqual({ input: { tokens: 0, provenance: 'provider' } })
  })
})

describe('the total', () => {
  it('is input plus output, which include the other classes', () => {
    expect(totalTokens(usageFrom({ input: 10, cachedInput: 8, output: 5, reasoning: 4 }, 'provider'))).toBe(15)
  })

  it('counts what is known, and is unknown where nothing is', () => {
    expect(totalTokens(usageFrom({ output: 5 }, 'partial'))).toBe(5)
    expect(totalTokens(usageFrom({ reasoning: 5 }, 'partial'))).toBeNull()
  })
})

function tokensOf(usage: Usage): readonly (number | undefined)[] {
  return TOKEN_CLASSES.map((tokenClass) => usage[tokenClass]?.tokens)
}
