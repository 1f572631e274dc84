import { describe, expect, it } from 'vitest'
import { provider, target } from '../__fixtures__/parts.ts'
import type { Endpoint, Provider } from '../provider.ts'
import { spreadLoad } from './spread-load.ts'

const endpoint = (name: string, weight: number): Endpoint => ({ name, baseUrl: `https://${name}.test`, headers: {}, weight })
const several: Provider = provider('several', { endpoints: [endpoint('heavy', 3), endpoint('light', 1), endpoint('other', 1)] })
const targets = several.endpoints.map((one) => target('several', { provider: several, endpoint: one, model: 'm' }))

describe('the endpoints of one provider', () => {
  it('come first as often as they weigh', () => {
    const firsts = { heavy: 0, light: 0, other: 0 }
    const random = linearCongruential(1)
    for (let turn = 0; turn < 10_000; turn += 1) {
      const name = spreadLoad(targets, random)[0]?.endpoint.name
      if (name === 'heavy' || name === 'light' || name === 'other') firsts[name] += 1
    }
    expect(firsts.heavy / 10_000).toBeCloseTo(0.6, 1)
    expect(firsts.light / 10_000).toBeCloseTo(0.2, 1)
    expect(firsts.other / 10_000).toBeCloseTo(0.2, 1)
  })

  it('are all there, each once, in the place of their provider', () => {
    const one = target('one')
    const other = target('other')
    const spread = spreadLoad([one, ...targets, other], linearCongruential(7))
    expect(spread[0]).toBe(one)
    expect(spread.at(-1)).toBe(other)
    expect(new Set(spread)).toEqual(new Set([one, ...targets, other]))
  })

  it('stay as they are where nobody has several', () => {
    const single = [target('one'), target('other')]
    expect(spreadLoad(single, () => 0.5)).toBe(single)
  })
})

/** Numerical Recipes' constants. */
function linearCongruential(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}
