import { fromChat, type HealthBoard, type Reply, type Transport, type UsageRecord } from '@gateway/core'
import { createPricer } from '@gateway/cost'
import { fakeClock } from '@gateway/testing'
import { describe, expect, it } from 'vitest'
import { assembleGateway } from './assemble-gateway.ts'
import { toSettings } from './to-settings.ts'

const health: HealthBoard = { report: () => {}, healthOf: () => null, list: () => [] }

/** Answers every chat with the name of the host that was asked, and every other request with its list of models. */
const echo: Transport = {
  async send({ url, body, method }) {
    const { hostname } = new URL(url)
    const sent: unknown = method === 'POST' ? JSON.parse(String(body)) : null
    const answer = sent
      ? {
          id: 'x',
          object: 'chat.completion',
          created: 1,
          model: 'm',
          choices: [{ index: 0, message: { role: 'assistant', content: hostname }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
        }
      : { object: 'list', data: [{ id: 'found-here' }] }
    return { status: 200, header: () => null, body: oneChunk(JSON.stringify(answer)) }
  },
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text)
}

function assembled(configuration: unknown) {
  const records: UsageRecord[] = []
  const clock = fakeClock()
  const settings = toSettings({ configuration, env: {} })
  const parts = {
    transport: echo,
    health,
    clock,
    random: () => 0,
    pricer: createPricer(),
    record: (record: UsageRecord) => records.push(record),
  }
  const gateway = assembleGateway(settings, parts)
  const ask = (model: string, strategy?: string): Promise<Reply> =>
    gateway.handle({
      id: 'request-1',
      caller: { id: null },
      request: fromChat({ model, messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }], isStreaming: false }),
      ...(strategy === undefined ? {} : { strategy }),
      candidates: [],
      signal: new AbortController().signal,
      defer: () => {},
    })
  return { ...gateway, ask, records, clock }
}

const TWO_SERVERS = {
  providers: {
    cheap: { baseUrl: 'http://cheap', price: { perRequest: 0.001 } },
    own: { baseUrl: 'http://own', isLocal: true, price: { perRequest: 0.002 } },
  },
  models: { chat: { targets: ['own/a', 'cheap/b'] } },
}

describe('an assembled gateway', () => {
  it('answers by the configured strategy, and by another where the request asks for it', async () => {
    const { ask } = assembled(TWO_SERVERS)
    expect(await ask('chat')).toMatchObject({ target: { provider: { name: 'cheap' }, model: 'b' }, strategy: 'cost-optimized' })
    expect(await ask('chat', 'local-first')).toMatchObject({ target: { provider: { name: 'own' }, model: 'a' }, strategy: 'local-first' })
    const local = assembled({ ...TWO_SERVERS, routing: { strategy: 'local-first' } })
    expect(await local.ask('chat')).toMatchObject({ target: { provider: { name: 'own' } }, strategy: 'local-first' })
  })

  it('books what a configured price makes of the usage', async () => {
    const { ask, records } = assembled({
      providers: { mine: { baseUrl: 'http://mine', price: { input: 2, output: 8 } } },
      models: { chat: { targets: ['mine', { provider: 'mine', model: 'dear', price: { input: 20, output: 80 } }] } },
    })
    await ask('chat')
    await ask('mine/anything')
    expect(records.map((record) => record.costNanoUsd)).toEqual([60_000, 60_000])
  })

  it('finds models by asking the providers', async () => {
    const { ask, catalogue, discovery } = assembled(TWO_SERVERS)
    await expect(ask('found-here')).rejects.toMatchObject({ code: 'model-not-found' })
    await discovery.refresh()
    expect(catalogue.list().map(({ name }) => name)).toContain('found-here')
    expect(await ask('found-here')).toMatchObject({ target: { provider: { name: 'cheap' } } })
  })

  it('offers the simulated model where nothing is configured, on the clock that it was given', async () => {
    const { ask, catalogue, clock } = assembled({})
    expect(catalogue.list()).toEqual([{ name: 'simulated', providers: ['simulated'] }])
    const reply = ask('simulated')
    await clock.advance(60_000)
    expect(await reply).toMatchObject({ target: { provider: { name: 'simulated' } }, body: { kind: 'whole' } })
  })

  it('offers no simulated model beside real ones, unless asked', () => {
    expect(assembled(TWO_SERVERS).catalogue.resolve('simulated')).toEqual([])
    expect(assembled({ ...TWO_SERVERS, simulated: true }).catalogue.resolve('simulated')).toHaveLength(1)
  })
})
