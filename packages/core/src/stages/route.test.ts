import { describe, expect, it } from 'vitest'
import { chatRequest, exchange, PRICE, pricer, provider, REPLY } from '../__fixtures__/parts.ts'
import { createCatalogue } from '../catalogue.ts'
import { fromChat, type OtherModelRequest } from '../model-request.ts'
import type { Exchange } from '../stage.ts'
import { costOptimized } from '../strategies/cost-optimized.ts'
import { localFirst } from '../strategies/local-first.ts'
import { defineStrategy } from '../strategies/strategy.ts'
import { decide, route, type RouteParts } from './route.ts'

const cloud = provider('cloud', { serves: ['some-model'], price: PRICE })
const mine = provider('mine', { serves: ['some-model'], isLocal: true })
const parts: RouteParts = {
  catalogue: createCatalogue({ providers: [cloud, mine], models: [], pricer }),
  strategies: [costOptimized, localFirst],
  pricer,
  random: () => 0,
}
const request = fromChat(chatRequest({ model: 'some-model' }))

describe('a decision', () => {
  it('follows the default strategy where the client names none', () => {
    const decision = decide(parts, request, undefined)
    expect(decision.strategy).toBe(costOptimized)
    expect(decision.candidates.map((one) => one.target.provider.name)).toEqual(['cloud', 'mine'])
  })

  it('follows the strategy that the client names', () => {
    expect(decide(parts, request, 'local-first').candidates.map((one) => one.target.provider.name)).toEqual(['mine', 'cloud'])
  })

  it('knows what the request would cost, or that nobody knows', () => {
    const costs = decide(parts, request, undefined).candidates.map((one) => one.facts.expectedCostNanoUsd)
    expect(costs).toEqual([request.size.inputTokens + 500, null])
  })

  it.each(['cheapest', '', 'toString', '__proto__'])('refuses the strategy %o and lists those that there are', (name) => {
    expect(() => decide(parts, request, name)).toThrow(
      expect.objectContaining({ code: 'unknown-strategy', message: expect.stringContaining('cost-optimized, local-first') }),
    )
  })

  it('refuses a model that nobody serves, and does not repeat ten kilobytes of name', () => {
    const unknown = fromChat(chatRequest({ model: 'x'.repeat(10_000) }))
    expect(() => decide(parts, unknown, undefined)).toThrow(
      expect.objectContaining({ code: 'model-not-found', param: 'model', message: expect.stringMatching(/^.{100,250}$/) }),
    )
  })

  it('refuses a model that the strategy would ask nobody for', () => {
    const nobody = defineStrategy({ name: 'nobody', rank: () => [] })
    expect(() => decide({ ...parts, strategies: [nobody] }, request, undefined)).toThrow(
      expect.objectContaining({ code: 'model-not-found' }),
    )
  })
})

describe('what is neither chat nor embeddings', () => {
  const other: OtherModelRequest = {
    operation: 'other',
    method: 'POST',
    pathFor: () => '/anything',
    bodyFor: () => null,
    contentType: null,
    model: 'some-model',
    isStreaming: false,
    wantsStreamUsage: false,
    size: { inputTokens: 0, maxOutputTokens: null, choiceCount: 1 },
  }
  const open = provider('open', { serves: ['some-model'], takesOther: true })
  const catalogue = createCatalogue({ providers: [cloud, open], models: [], pricer })
  const namesFor = (asked: OtherModelRequest) =>
    decide({ ...parts, catalogue }, asked, undefined).candidates.map((one) => one.target.provider.name)

  it('goes to those who take anything', () => {
    expect(namesFor(other)).toEqual(['open'])
  })

  it('goes to those who speak a protocol where it belongs to one', () => {
    expect(namesFor({ ...other, protocol: 'lines' })).toEqual(['cloud', 'open'])
    expect(() => namesFor({ ...other, protocol: 'nobody-speaks-this' })).toThrow(expect.objectContaining({ code: 'model-not-found' }))
  })
})

describe('the stage', () => {
  it('hands on the candidates, and names the strategy on the reply', async () => {
    const seen: Exchange[] = []
    const reply = await route(parts)(exchange({ request, strategy: 'local-first' }), async (passed) => {
      seen.push(passed)
      const target = passed.candidates[0]?.target
      if (!target) throw new TypeError('No candidates.')
      return { target, strategy: '', attempts: [], warnings: [], body: { kind: 'whole', reply: REPLY, wire: null } }
    })
    expect(seen[0]?.candidates.map((one) => one.target.provider.name)).toEqual(['mine', 'cloud'])
    expect(reply.strategy).toBe('local-first')
  })
})
