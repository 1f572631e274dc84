import {
  askChat,
  costOptimized,
  createCatalogue,
  createGateway,
  DEFAULT_POLICY,
  fetchTransport,
  GatewayError,
  openExchange,
  streamChat,
  systemClock,
  type ChatQuestion,
  type ChatSurface,
  type HealthBoard,
  type JsonObject,
  type Next,
  type Provider,
  type ReplyBody,
  type WireRequest,
} from '@gateway/core'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Fault } from '../upstreams/faults/fault.ts'
import type { RecordedRequest } from '../upstreams/recorder.ts'

export interface ProviderSuite {
  readonly name: string
  /** The provider for a server at this address. Called in tests, so that a hook may start the server. */
  readonly create: (settings: { readonly baseUrl: string; readonly apiKey: string }) => Provider
  /** A server that speaks as the vendor does and wants `apiKey`: of `startUpstream`, or one's own. */
  readonly upstream: () => ProviderUpstream
  /** Default `upstream-key`. */
  readonly apiKey?: string
  /** A model that the server has. Default `sim-chat`. */
  readonly model?: string
  /** False for a vendor without a list, or whose list does not say what can be asked. Default true. */
  readonly listsModels?: boolean
  /** The protocols whose clients are tried, all of which the server must speak. Default: the first. */
  readonly protocols?: readonly string[]
  /** Faults that the server cannot play. */
  readonly withoutFaults?: readonly Fault[]
}

/** What the suite needs of a server; one that cannot fail on demand leaves `behave` out. The same question gets the same answer. */
export interface ProviderUpstream {
  readonly url: string
  readonly requests: readonly Pick<RecordedRequest, 'method' | 'path' | 'headers' | 'body'>[]
  reset(): Promise<void>
  behave?(fault: Fault): Promise<void>
}

/** What every provider promises: a sane declaration, a list that is read whatever it says, answers and errors by the real request path. */
export function testProvider(suite: ProviderSuite): void {
  const subject = createSubject(suite)
  describe(`${suite.name} as a provider`, () => {
    beforeEach(() => suite.upstream().reset())
    testDeclaration(subject)
    testModelList(subject)
    testChat(subject)
    testErrors(subject)
  })
}

interface Subject {
  readonly suite: ProviderSuite
  readonly apiKey: string
  readonly model: string
  create(apiKey?: string): Provider
  gateway(apiKey?: string): Next
  question(provider: Provider): ChatQuestion
}

function createSubject(suite: ProviderSuite): Subject {
  const apiKey = suite.apiKey ?? 'upstream-key'
  const model = suite.model ?? 'sim-chat'
  const create = (key: string = apiKey): Provider => suite.create({ baseUrl: suite.upstream().url, apiKey: key })
  return {
    suite,
    apiKey,
    model,
    create,
    gateway: (key) => gatewayOf(create(key)),
    question: ({ name }) => ({
      model: `${name}/${model}`,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'good morning' }] }],
    }),
  }
}

function gatewayOf(provider: Provider): Next {
  const pricer = { priceOf: () => null, costOf: () => null }
  const health: HealthBoard = { report: () => {}, healthOf: () => null, list: () => [] }
  const catalogue = createCatalogue({ providers: [provider], models: [], pricer })
  const policy = { ...DEFAULT_POLICY, maxAttempts: 1 }
  const parts = { catalogue, pricer, health, policy, strategies: [costOptimized], transport: fetchTransport() }
  return createGateway({ ...parts, clock: systemClock, random: () => 0, record: () => {} })
}

function testDeclaration({ create, apiKey }: Subject): void {
  it('has a name that can stand in front of a slash and in a header', () => {
    expect(create().name).toMatch(/^[a-z0-9][a-z0-9._-]{0,62}$/)
  })

  it('has addresses without a query, a secret or a slash at the end', () => {
    for (const { baseUrl } of create().endpoints) {
      const { protocol, username, password, search, hash } = new URL(baseUrl)
      expect([username, password, search, hash].join('')).toBe('')
      expect(protocol).toMatch(/^https?:$/)
      expect(baseUrl).not.toMatch(/\/$/)
      expect(baseUrl).not.toContain(apiKey)
    }
  })

  it('sends its key in a header, whose name is in lower case', () => {
    const headers = Object.entries(create().endpoints[0].headers)
    expect(headers.filter(([name]) => name !== name.toLowerCase())).toEqual([])
    expect(headers.some(([, value]) => value.includes(apiKey))).toBe(true)
  })

  it('puts its key into no address', () => {
    const { chat, modelList } = create()
    const paths = chat.flatMap((surface) => [surface.path('any', true), surface.path('any', false)])
    expect([...paths, modelList?.path ?? '/'].filter((path) => !path.startsWith('/') || path.includes(apiKey))).toEqual([])
  })

  it.each(['../../x', 'a/../../../b', '..', 'a?key=b', 'a#b', 'a\\..\\b', '%2e%2e/x', '//host/x', 'a b', '@cf/meta/x', 'x:free'])(
    'stays at its address whatever the model is called: %s',
    (model) => {
      const { chat, endpoints } = create()
      const base = new URL(endpoints[0].baseUrl)
      for (const surface of chat) {
        const url = urlOf(surface, endpoints[0].baseUrl, model)
        if (url === null) continue
        expect(url.origin).toBe(base.origin)
        const shortest = new URL(endpoints[0].baseUrl + surface.path('any', false)).pathname.split('/').length
        expect(url.pathname.startsWith(base.pathname === '/' ? '/' : `${base.pathname}/`)).toBe(true)
        expect(url.pathname.split('/').length).toBeGreaterThanOrEqual(shortest)
        expect(url.hash).toBe('')
      }
    },
  )
}

/** Null for a name that is refused. */
function urlOf(surface: ChatSurface, baseUrl: string, model: string): URL | null {
  try {
    return new URL(baseUrl + surface.path(model, false))
  } catch (error) {
    if (error instanceof GatewayError) return null
    throw error
  }
}

const ODD_LISTS: readonly unknown[] = [
  ...[undefined, null, true, 0, 'models', [], {}, [[]], { data: null }, { data: {} }, { models: 'all' }, { result: null }],
  ...['data', 'models', 'result'].map((field) => ({
    [field]: [null, 1, 'x', [], {}, { id: 5 }, { name: {} }, { id: '' }, { name: null }],
  })),
  [{ id: null }, { id: 'a', context_length: 'long', aliases: [5] }, { id: 'b', context_length: -1 }],
]

function testModelList({ suite, create, model }: Subject): void {
  it('reads a list of models whatever it says', () => {
    const { modelList } = create()
    const models = ODD_LISTS.flatMap((body) => modelList?.read(body) ?? [])
    expect(models.filter(({ name }) => typeof name !== 'string' || name === '')).toEqual([])
    expect(models.filter(({ contextWindow = 1 }) => !Number.isSafeInteger(contextWindow) || contextWindow < 1)).toEqual([])
    expect(models.flatMap(({ aliases = [] }) => aliases).filter((alias) => typeof alias !== 'string')).toEqual([])
  })

  if (suite.listsModels === false) return
  it('finds the models that its server has', async () => {
    const { modelList, endpoints } = create()
    const response = await fetch(endpoints[0].baseUrl + (modelList?.path ?? '/no-list'), { headers: endpoints[0].headers })
    expect(response.status).toBe(200)
    expect(modelList?.read(await response.json()).map(({ name }) => name)).toContain(model)
  })
}

function testChat({ suite, create, gateway, question, apiKey, model }: Subject): void {
  it('answers in one piece and in a stream alike, with usage and an end', async () => {
    const provider = create()
    const reply = await askChat(gateway(), question(provider))
    const events = await Array.fromAsync(streamChat(gateway(), question(provider)))
    const streamed = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join('')
    const whole = (reply.choices[0]?.content ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('')
    expect(whole).not.toBe('')
    expect(streamed).toBe(whole)
    expect(reply.choices[0]?.finishReason).toBe('stop')
    expect(events.at(-1)).toEqual({ type: 'end' })
    expect(reply.usage.output?.tokens).toBeGreaterThan(0)
    const counted = events.flatMap((event) => (event.type === 'usage' ? [event.usage.output?.tokens] : []))
    // A server that must not be asked for usage in a stream may still say it.
    const mayBeSilent = provider.chat[0].habits.refusesStreamUsage === true && counted.length === 0
    expect(mayBeSilent || counted.at(-1) === reply.usage.output?.tokens).toBe(true)
  })

  it('shows its key in a header alone', async () => {
    await askChat(gateway(), question(create()))
    const [request] = suite.upstream().requests
    expect(Object.values(request?.headers ?? {}).some((value) => value.includes(apiKey))).toBe(true)
    expect(`${request?.path}${request?.body}`).not.toContain(apiKey)
  })

  const passed = async (surface: ChatSurface, isStreaming: boolean): Promise<ReplyBody> => {
    const provider = create()
    const wire = wireOf(surface, { ...question(provider), maxOutputTokens: 100, isStreaming })
    const request = { ...surface.protocol.openRequest(wire), model: `${provider.name}/${model}` }
    return (await gateway()(openExchange(request))).body
  }
  const spokenBy = (provider: Provider): readonly ChatSurface[] =>
    provider.chat.filter(({ protocol }, index) => suite.protocols?.includes(protocol.name) ?? index === 0)

  it('passes the answer on as it came to a client of its own protocol, unless its bytes are known to be odd', async () => {
    for (const surface of spokenBy(create())) {
      const body = await passed(surface, false)
      const expected = surface.habits.breaksProtocol ? null : surface.protocol.name
      expect(body).toMatchObject({ kind: 'whole', wire: expected === null ? null : { protocol: expected } })
    }
  })

  it('passes a stream on likewise, to its end', async () => {
    for (const surface of spokenBy(create())) {
      const body = await passed(surface, true)
      expect(body).toMatchObject({ kind: 'stream', protocol: surface.habits.breaksProtocol ? null : surface.protocol.name })
      const parts = body.kind === 'stream' ? await Array.fromAsync(body.parts) : []
      expect(parts.flatMap((part) => part.events).at(-1)).toEqual({ type: 'end' })
    }
  })
}

function wireOf({ protocol }: ChatSurface, request: ChatQuestion & { readonly isStreaming: boolean }): WireRequest {
  const json: JsonObject = protocol.writeRequest(request).value
  const text = JSON.stringify(json)
  const address = { model: request.model, isStreaming: request.isStreaming }
  return { protocol: protocol.name, bytes: new TextEncoder().encode(text), text, json, address }
}

const FAULTS_TOLD = [
  ['status-400', 'upstream-rejected', 'rejected'],
  ['rate-limited', 'rate-limited', 'rate-limited'],
  ['status-500', 'all-endpoints-failed', 'server-error'],
  ['refuse-connections', 'all-endpoints-failed', 'connection-failed'],
] as const satisfies readonly (readonly [Fault, string, string])[]

function testErrors({ suite, create, gateway, question, apiKey }: Subject): void {
  it('takes a wrong key for one', async () => {
    const error = await failureOf(askChat(gateway('wrong-key-0f3a'), question(create())))
    expect(error).toMatchObject({ failure: { scope: 'credential', reason: 'authentication-failed' } })
    expect(error.message).not.toContain('wrong-key-0f3a')
  })

  it('says that a model is not there', async () => {
    const error = await failureOf(askChat(gateway(), { ...question(create()), model: `${create().name}/no-such-model` }))
    expect(error).toMatchObject({ failure: { retryable: false } })
  })

  const played = FAULTS_TOLD.filter(([fault]) => !suite.withoutFaults?.includes(fault))
  it.each(played)('tells %s for what it is', async (fault, code, reason) => {
    const upstream = suite.upstream()
    if (!upstream.behave) return
    await upstream.behave(fault)
    const error = await failureOf(askChat(gateway(), question(create())))
    expect(error).toMatchObject({ code, failure: { reason } })
    expect(error.message).not.toContain(apiKey)
    expect(error.message).not.toContain(upstream.url)
  })

  it('takes a stream that breaks off for no end', async () => {
    const upstream = suite.upstream()
    if (!upstream.behave) return
    await upstream.behave('reset-mid-stream')
    expect(await failureOf(Array.fromAsync(streamChat(gateway(), question(create()))))).toMatchObject({ code: 'stream-interrupted' })
  })
}

async function failureOf(asked: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof GatewayError) return error
  throw new Error(`Expected a failure, found ${error === null ? 'an answer' : String(error)}.`, { cause: error })
}
