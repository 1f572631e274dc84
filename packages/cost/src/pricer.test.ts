import type { Clock, Price } from '@gateway/core'
import { FREE, systemClock, usageFrom } from '@gateway/core'
import { calcPrice, waitForUpdate } from '@pydantic/genai-prices'
import { describe, expect, it } from 'vitest'
import { costOf } from './cost-of.ts'
import type { ListPrices } from './list-prices.ts'
import { loadListPrices } from './list-prices.ts'
import { createPricer, loadPricer } from './pricer.ts'
import { priceFromUsd } from './usd-price.ts'

const at = (isoTime: string): Clock => ({ ...systemClock, epochMs: () => Date.parse(isoTime) })
const pricer = await loadPricer({ clock: at('2026-11-20T12:00:00Z') })

describe('a pricer with the public list', () => {
  it('knows prices in nano-dollars for a million tokens', () => {
    expect(pricer.priceOf({ provider: 'openai', model: 'gpt-4o' })).toEqual({
      input: 2_500_000_000,
      output: 10_000_000_000,
      cachedInput: 1_250_000_000,
    })
  })

  it.each([
    ['openai', 'gpt-4o-mini'],
    ['anthropic', 'claude-sonnet-4-5'],
    ['gemini', 'gemini-2.5-flash'],
    ['groq', 'llama-3.3-70b-versatile'],
    ['openrouter', 'openai/gpt-4o'],
    ['mistral', 'mistral-small-latest'],
    ['deepseek', 'deepseek-chat'],
    ['xai', 'grok-4-0709'],
    ['together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'],
    ['fireworks', 'accounts/fireworks/models/gpt-oss-120b'],
    ['azure-openai', 'gpt-4o'],
    ['workers-ai', '@cf/meta/llama-3.1-8b-instruct'],
  ])('finds a model of %s', (provider, model) => {
    expect(pricer.priceOf({ provider, model })?.input).toBeGreaterThan(0)
  })

  it('turns prices that grow with the prompt into tiers', () => {
    expect(pricer.priceOf({ provider: 'anthropic', model: 'claude-sonnet-4-5' })?.tiers).toEqual([
      {
        aboveInputTokens: 200_000,
        price: { input: 6_000_000_000, output: 22_500_000_000, cachedInput: 600_000_000, cacheWrite: 7_500_000_000 },
      },
    ])
  })

  it('knows a fee for each request', () => {
    expect(pricer.priceOf({ provider: 'perplexity', model: 'sonar' })?.perRequest).toBe(12_000_000)
  })

  it('charges embeddings for what goes in', () => {
    const price = pricer.priceOf({ provider: 'openai', model: 'text-embedding-3-small' }) ?? FREE
    expect(costOf(usageFrom({ input: 1_000 }, 'provider'), price)).toBe(20_000)
  })

  it('is null for a provider, a model or a price that the list does not know', () => {
    expect(pricer.priceOf({ provider: 'ollama', model: 'llama3.2' })).toBeNull()
    expect(pricer.priceOf({ provider: 'my-openai-proxy', model: 'gpt-4o' })).toBeNull()
    expect(pricer.priceOf({ provider: 'openai', model: 'no-such-model' })).toBeNull()
    expect(pricer.priceOf({ provider: 'openai', model: 'whisper-1' })).toBeNull()
    expect(pricer.priceOf({ provider: 'openrouter', model: 'deepseek/deepseek-r1:free' })).toBeNull()
  })

  it('knows context windows, and says null where it does not', () => {
    expect(pricer.contextWindowOf({ provider: 'openai', model: 'gpt-4o' })).toBe(128_000)
    expect(pricer.contextWindowOf({ provider: 'ollama', model: 'llama3.2' })).toBeNull()
  })

  it('follows prices that depend on the hour', async () => {
    let now = '2026-11-20T00:00:00Z'
    const clock: Clock = { ...systemClock, epochMs: () => Date.parse(now) }
    const byTheHour = await loadPricer({ clock })
    const night = byTheHour.priceOf({ provider: 'deepseek', model: 'deepseek-v4-pro' })
    now = '2026-11-20T02:00:00Z'
    expect(byTheHour.priceOf({ provider: 'deepseek', model: 'deepseek-v4-pro' })?.input).not.toBe(night?.input)
  })

  it('agrees with the list’s own arithmetic on every model it names', async () => {
    const list = await loadListPrices()
    const usage = usageFrom({ input: 300_000, cachedInput: 100_000, output: 5_000 }, 'provider')
    const theirs = { input_tokens: 300_000, cache_read_tokens: 100_000, output_tokens: 5_000 }
    const timestamp = new Date('2026-11-20T12:00:00Z')
    const providers = (await waitForUpdate()) ?? []
    const models = providers
      .filter(({ id }) => SAME_NAME.includes(id))
      .flatMap(({ id, models: named }) => named.map((model) => [id, model.id] as const))
    let priced = 0
    for (const [providerId, model] of models) {
      const price = list.find({ provider: providerId, model }, timestamp.getTime())?.price
      const expected = calcPrice(theirs, model, { providerId, timestamp })
      if (!price || !expected) continue
      priced += 1
      const nanoUsd = expected.total_price * 1e9
      expect(Math.abs((costOf(usage, price) ?? Number.NaN) - nanoUsd), `${providerId}/${model}`).toBeLessThan(1)
    }
    expect(priced).toBeGreaterThan(800)
  })
})

const SAME_NAME: readonly string[] = [
  'openai',
  'anthropic',
  'groq',
  'openrouter',
  'mistral',
  'deepseek',
  'together',
  'fireworks',
  'perplexity',
]

describe('a pricer without the list', () => {
  const flat: Price = priceFromUsd({ perRequest: 0.001 })
  const small = createPricer({ overrides: { 'kamatera/*': flat, 'kamatera/big': FREE } })

  it('knows the overrides, the exact one first', () => {
    expect(small.priceOf({ provider: 'kamatera', model: 'any' })).toEqual({ input: 0, output: 0, perRequest: 1_000_000 })
    expect(small.priceOf({ provider: 'kamatera', model: 'big' })).toEqual(FREE)
  })

  it('knows nothing else', () => {
    expect(small.priceOf({ provider: 'openai', model: 'gpt-4o' })).toBeNull()
    expect(small.contextWindowOf({ provider: 'openai', model: 'gpt-4o' })).toBeNull()
  })
})

describe('what a pricer remembers', () => {
  it('asks the list once a minute for a model, and for one that is not there too', () => {
    let asked = 0
    let nowMs = 0
    const listPrices: ListPrices = {
      find: () => {
        asked += 1
        return null
      },
    }
    const forgetful = createPricer({ listPrices, clock: { ...systemClock, epochMs: () => nowMs } })
    for (let call = 0; call < 3; call += 1) forgetful.priceOf({ provider: 'openai', model: 'gpt-4o' })
    expect(asked).toBe(1)
    nowMs = 60_000
    forgetful.priceOf({ provider: 'openai', model: 'gpt-4o' })
    expect(asked).toBe(2)
  })

  it('goes before the list with an override', async () => {
    const own = await loadPricer({ overrides: { 'openai/gpt-4o': FREE } })
    expect(own.priceOf({ provider: 'openai', model: 'gpt-4o' })).toEqual(FREE)
    expect(own.contextWindowOf({ provider: 'openai', model: 'gpt-4o' })).toBe(128_000)
  })
})
