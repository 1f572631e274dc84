import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chatRequest, provider, target } from '../__fixtures__/parts.ts'
import { fromChat } from '../model-request.ts'
import { costOptimized } from './cost-optimized.ts'
import { expectedUsage } from './expected-usage.ts'
import { localFirst } from './local-first.ts'
import type { Candidate, Strategy } from './strategy.ts'

const request = fromChat(chatRequest())

describe('cost-optimized', () => {
  it('asks the cheapest first, and those of unknown price last', () => {
    const order = ranked(costOptimized, [at('dear', 2_000), at('unknown', null), at('free', 0), at('cheap', 1_000)])
    expect(order).toEqual(['free', 'cheap', 'dear', 'unknown'])
  })

  it('asks the local one of equally cheap ones, and otherwise keeps the order of the configuration', () => {
    const order = ranked(costOptimized, [
      at('b', 5),
      at('a', 5),
      at('mine', 5, true),
      at('x', null),
      at('y', null),
      at('my-other', null, true),
    ])
    expect(order).toEqual(['mine', 'b', 'a', 'my-other', 'x', 'y'])
  })

  it('says why', () => {
    const reasons = costOptimized.rank(request, [at('free', 0), at('cheap', 12_345_678), at('unknown', null)]).map((one) => one.reason)
    expect(reasons).toEqual(['free', 'expected cost $0.0123', 'price unknown'])
  })
})

describe('local-first', () => {
  it('asks machines of one’s own first, whatever they cost, and within both the cheapest', () => {
    const order = ranked(localFirst, [at('cloud', 1), at('mine', 500, true), at('cheap-cloud', 0), at('my-cheap', 400, true)])
    expect(order).toEqual(['my-cheap', 'mine', 'cheap-cloud', 'cloud'])
  })

  it('says why', () => {
    const reasons = localFirst.rank(request, [at('cloud', null), at('mine', 0, true)]).map((one) => one.reason)
    expect(reasons).toEqual(['local; free', 'cloud, if local fails; price unknown'])
  })
})

describe.each([costOptimized, localFirst])('$name', (strategy) => {
  const anyCandidates = fc.array(
    fc
      .record({ name: fc.string(), cost: fc.option(fc.nat()), isLocal: fc.boolean() })
      .map(({ name, cost, isLocal }) => at(name, cost, isLocal)),
  )

  it('is pure: it neither changes what it is given nor answers differently the next time', () => {
    fc.assert(
      fc.property(anyCandidates, (candidates) => {
        const before = [...candidates]
        const first = strategy.rank(request, Object.freeze(candidates))
        expect(candidates).toEqual(before)
        expect(strategy.rank(request, candidates)).toEqual(first)
      }),
    )
  })

  it('leaves nobody out, makes nobody up, and gives each a reason', () => {
    fc.assert(
      fc.property(anyCandidates, (candidates) => {
        const order = strategy.rank(request, candidates)
        expect(order).toHaveLength(candidates.length)
        expect(new Set(order.map((one) => one.target))).toEqual(new Set(candidates.map((one) => one.target)))
        expect(order.every((one) => one.reason !== '')).toBe(true)
      }),
    )
  })
})

describe('the usage that a request is expected to have', () => {
  it('is its own length and a typical answer', () => {
    expect(tokens({})).toEqual([request.size.inputTokens, 500])
  })

  it('is as long as the client allows, but not as long as clients allow for safety', () => {
    expect(tokens({ maxOutputTokens: 20 })[1]).toBe(20)
    expect(tokens({ maxOutputTokens: 32_000 })[1]).toBe(500)
  })

  it('counts every answer that is asked for', () => {
    expect(tokens({ maxOutputTokens: 20, choiceCount: 3 })[1]).toBe(60)
  })
})

function at(name: string, expectedCostNanoUsd: number | null, isLocal = false): Candidate {
  return { target: target(name, { provider: provider(name, { isLocal }) }), facts: { expectedCostNanoUsd }, reason: '' }
}

function ranked(strategy: Strategy, candidates: readonly Candidate[]): readonly string[] {
  return strategy.rank(request, candidates).map((one) => one.target.provider.name)
}

function tokens(overrides: Parameters<typeof chatRequest>[0]): readonly (number | undefined)[] {
  const usage = expectedUsage(fromChat(chatRequest(overrides)))
  return [usage.input?.tokens, usage.output?.tokens]
}
