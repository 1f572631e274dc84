import {
  createCatalogue,
  TransportError,
  type EndpointHealth,
  type HealthBoard,
  type Outcome,
  type Provider,
  type Transport,
  type TransportRequest,
} from '@gateway/core'
import { createPricer } from '@gateway/cost'
import { groq, ollama, openaiCompatible, simulated } from '@gateway/providers'
import { fakeClock } from '@gateway/testing'
import { describe, expect, it } from 'vitest'
import { createDiscovery } from './discovery.ts'

type Answer = (request: TransportRequest) => Promise<readonly [status: number, body: string]>

const saying =
  (body: unknown, status = 200): Answer =>
  async () => [status, typeof body === 'string' ? body : JSON.stringify(body)]

const models = (...names: readonly string[]): Answer => saying({ object: 'list', data: names.map((id) => ({ id })) })

const failing =
  (error: unknown): Answer =>
  async () => {
    throw error
  }

async function* inBytes(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text)
}

/** Answers by host, and remembers what it was asked. */
function network(answers: Record<string, Answer>): Transport & { readonly requests: TransportRequest[] } {
  const requests: TransportRequest[] = []
  return {
    requests,
    async send(request) {
      requests.push(request)
      const answer = answers[new URL(request.url).hostname] ?? failing(new TransportError('connection-failed', 'refused'))
      const [status, body] = await answer(request)
      return { status, header: () => null, body: inBytes(body) }
    },
  }
}

function board(): HealthBoard & { readonly reports: (readonly [string, Outcome])[] } {
  const reports: (readonly [string, Outcome])[] = []
  return {
    reports,
    report: (endpoint, outcome) => reports.push([endpoint, outcome]),
    healthOf: (): EndpointHealth | null => null,
    list: () => [],
  }
}

interface Setting {
  readonly answers: Record<string, Answer>
  readonly providers?: readonly Provider[]
  readonly isLookedFor?: boolean
}

const GROQ = groq({ apiKey: 'secret-key' })
const OLLAMA = ollama({ baseUrl: 'http://ollama' })

function discoverySetting({ answers, providers = [OLLAMA, GROQ], isLookedFor = false }: Setting) {
  const clock = fakeClock()
  const transport = network(answers)
  const health = board()
  const catalogue = createCatalogue({ providers, models: [], pricer: createPricer() })
  const configured = providers.map((provider) => ({ provider, isLookedFor }))
  return { clock, transport, health, catalogue, discovery: createDiscovery({ clock, transport, health, catalogue, providers: configured }) }
}

describe('a refresh', () => {
  it('learns the models of every provider', async () => {
    const { discovery, catalogue } = discoverySetting({ answers: { ollama: models('llama3.2:latest'), 'api.groq.com': models('a', 'b') } })
    expect(await discovery.refresh()).toEqual([
      { provider: 'ollama', ok: true, models: 1, latencyMs: 0, isLookedFor: false },
      { provider: 'groq', ok: true, models: 2, latencyMs: 0, isLookedFor: false },
    ])
    expect(catalogue.list().map(({ name, providers }) => [name, ...providers])).toEqual([
      ['llama3.2:latest', 'ollama'],
      ['a', 'groq'],
      ['b', 'groq'],
    ])
    expect(catalogue.resolve('llama3.2').map(({ provider, model }) => [provider.name, model])).toEqual([['ollama', 'llama3.2:latest']])
  })

  it('asks with the provider’s key, for JSON, and without a body', async () => {
    const { discovery, transport } = discoverySetting({ answers: { 'api.groq.com': models() }, providers: [GROQ] })
    await discovery.refresh()
    expect(transport.requests).toMatchObject([
      {
        method: 'GET',
        url: 'https://api.groq.com/openai/v1/models',
        headers: { accept: 'application/json', authorization: 'Bearer secret-key' },
        connectTimeoutMs: 5_000,
      },
    ])
    expect(transport.requests[0]).not.toHaveProperty('body')
  })

  it('asks by the next key where one is refused, and says of the key that worked that it does', async () => {
    const answer: Answer = async (request) => (request.headers['authorization'] === 'Bearer good' ? models('a')(request) : [401, '{}'])
    const { discovery, transport, health } = discoverySetting({
      answers: { 'api.groq.com': answer },
      providers: [groq({ apiKeys: ['dead', 'good', 'never'] })],
    })
    expect(await discovery.refresh()).toMatchObject([{ provider: 'groq', ok: true, models: 1 }])
    expect(transport.requests.map(({ headers }) => headers['authorization'])).toEqual(['Bearer dead', 'Bearer good'])
    expect(health.reports).toMatchObject([['groq#2', { ok: true }]])
  })

  it('takes a provider’s own transport, and leaves out one without a list', async () => {
    const own = network({ plug: models('x') })
    const mine = openaiCompatible({ name: 'mine', baseUrl: 'http://plug', transport: own })
    const { discovery, transport } = discoverySetting({ answers: {}, providers: [mine, simulated()] })
    expect(await discovery.refresh()).toMatchObject([{ provider: 'mine', ok: true, models: 1 }])
    expect(own.requests).toHaveLength(1)
    expect(transport.requests).toEqual([])
  })

  it('tells the health board as a probe', async () => {
    const { discovery, health, clock } = discoverySetting({ answers: { ollama: models() } })
    await discovery.refresh()
    const probe = { atMs: clock.epochMs(), latencyMs: 0, source: 'probe' }
    expect(Object.fromEntries(health.reports)).toEqual({ ollama: { ok: true, ...probe }, groq: { ok: false, ...probe } })
  })

  it('keeps what was learnt before where a provider does not answer', async () => {
    const answers: Record<string, Answer> = { ollama: models('one') }
    const { discovery, catalogue } = discoverySetting({ answers, providers: [OLLAMA] })
    await discovery.refresh()
    answers['ollama'] = saying('gone', 500)
    expect(await discovery.refresh()).toMatchObject([{ ok: false }])
    expect(catalogue.resolve('one')).toHaveLength(1)
    answers['ollama'] = models('two')
    await discovery.refresh()
    expect(catalogue.resolve('one')).toEqual([])
  })

  it('asks all providers at once, and waits 5 seconds for the slowest', async () => {
    const { discovery, clock, transport, health } = discoverySetting({
      answers: { ollama: () => new Promise(() => {}), 'api.groq.com': models('a') },
    })
    const refresh = discovery.refresh()
    await clock.advance(4_999)
    expect(transport.requests).toHaveLength(2)
    expect(health.reports).toHaveLength(1)
    await clock.advance(1)
    expect(await refresh).toEqual([
      { provider: 'ollama', ok: false, models: 0, latencyMs: 5_000, isLookedFor: false, error: 'no answer within 5 seconds' },
      { provider: 'groq', ok: true, models: 1, latencyMs: 0, isLookedFor: false },
    ])
    expect(transport.requests.map(({ signal }) => signal.aborted)).toEqual([true, true])
    expect(clock.pending()).toBe(0)
  })

  it('is one at a time', async () => {
    const { discovery, transport } = discoverySetting({ answers: { ollama: models() }, providers: [OLLAMA] })
    const [one, other] = await Promise.all([discovery.refresh(), discovery.refresh()])
    expect(one).toBe(other)
    expect(transport.requests).toHaveLength(1)
    await discovery.refresh()
    expect(transport.requests).toHaveLength(2)
  })
})

describe('what can go wrong with a provider', () => {
  it.each([
    [
      'is not there',
      failing(new TransportError('connection-failed', 'ECONNREFUSED 10.0.0.7')),
      { error: 'it could not be reached', isHealthy: false },
    ],
    [
      'hangs up',
      failing(new TransportError('connection-reset', 'reset')),
      { error: 'it closed the connection before its answer was complete', isHealthy: false },
    ],
    ['has a transport that throws anything', failing('secret-key'), { error: 'it could not be asked', isHealthy: false }],
    ['refuses the key', saying({ error: 'secret-key' }, 401), { error: 'authentication-failed (status 401)', isHealthy: false }],
    ['fails', saying('secret-key', 500), { error: 'server-error (status 500)', isHealthy: false }],
    ['redirects', saying('', 302), { error: 'redirected (status 302)', isHealthy: false }],
    ['is something else', saying('<html>secret-key</html>'), { error: 'its list of models is not JSON', isHealthy: false }],
    ['has no list', saying('', 404), { error: 'it has no list of models at this address (status 404)', isHealthy: true }],
    ['says too much', saying('"'.padEnd(4 * 1024 * 1024 + 1, 'x')), { error: 'its list of models is larger than 4 MiB', isHealthy: true }],
  ])('%s', async (_what, answer, { error, isHealthy }) => {
    const { discovery, health } = discoverySetting({ answers: { 'api.groq.com': answer }, providers: [GROQ] })
    expect(await discovery.refresh()).toEqual([{ provider: 'groq', ok: false, models: 0, latencyMs: 0, isLookedFor: false, error }])
    expect(health.reports.map(([, { ok }]) => ok)).toEqual([isHealthy])
  })

  it('its way to read a list throws', async () => {
    const broken = {
      ...GROQ,
      modelList: {
        path: '/models',
        read: () => {
          throw new Error('secret-key')
        },
      },
    }
    const { discovery } = discoverySetting({ answers: { 'api.groq.com': models() }, providers: [broken] })
    expect(await discovery.refresh()).toMatchObject([{ ok: false, error: 'it could not be asked' }])
  })
})

describe('a provider that nobody asked for', () => {
  it('is no fault where it is not there', async () => {
    const { discovery, health } = discoverySetting({ answers: {}, providers: [OLLAMA], isLookedFor: true })
    expect(await discovery.refresh()).toMatchObject([{ provider: 'ollama', ok: false, isLookedFor: true }])
    expect(health.reports).toEqual([])
  })

  it('is one where it was there before', async () => {
    const answers: Record<string, Answer> = { ollama: models('llama') }
    const { discovery, health } = discoverySetting({ answers, providers: [OLLAMA], isLookedFor: true })
    await discovery.refresh()
    delete answers['ollama']
    await discovery.refresh()
    expect(health.reports.map(([, { ok }]) => ok)).toEqual([true, false])
  })
})
