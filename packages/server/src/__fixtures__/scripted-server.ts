import {
  costOptimized,
  createCatalogue,
  createGateway,
  decide,
  DEFAULT_POLICY,
  localFirst,
  type ChatProtocol,
  type Pricer,
  type Provider,
  type TransportRequest,
  type TransportResponse,
  type UsageRecord,
} from '@gateway/core'
import { openaiChat, openaiEmbeddings } from '@gateway/protocols'
import { fakeClock, type FakeClock } from '@gateway/testing'
import { DEFAULT_SERVER_SETTINGS, type ServerSettings } from '../server-parts.ts'
import { createServer } from '../server.ts'

/** The real server and request path in front of an upstream that a test scripts. */
export interface ScriptedServer {
  readonly clock: FakeClock
  readonly records: UsageRecord[]
  readonly sent: TransportRequest[]
  request(path: string, init?: RequestInit): Promise<Response>
  post(path: string, body: object, headers?: Readonly<Record<string, string>>): Promise<Response>
  chat(body: unknown, init?: RequestInit): Promise<Response>
}

export interface Script {
  readonly answer: (request: TransportRequest) => Promise<TransportResponse>
  /** What the upstream speaks; OpenAI's chat where absent. */
  readonly protocol?: ChatProtocol
  readonly settings?: Partial<ServerSettings>
  readonly isDraining?: () => boolean
}

export function scriptedServer({ answer, settings, isDraining, protocol = openaiChat }: Script): ScriptedServer {
  const clock = fakeClock()
  const records: UsageRecord[] = []
  const sent: TransportRequest[] = []
  const send = (request: TransportRequest): Promise<TransportResponse> => {
    sent.push(request)
    return answer(request)
  }
  const catalogue = createCatalogue({ providers: [upstreamOf(protocol)], models: [], pricer: FREE })
  const health = { report: () => {}, healthOf: () => null, list: () => [] }
  const routing = { catalogue, strategies: [costOptimized, localFirst], pricer: FREE, random: () => 0 }
  const handle = createGateway({
    ...routing,
    policy: { ...DEFAULT_POLICY, maxAttempts: 1 },
    transport: { send },
    health,
    clock,
    record: (record) => records.push(record),
  })
  const app = createServer({
    handle,
    decide: (request, strategy) => decide(routing, request, strategy),
    catalogue,
    tokens: { count: async (text) => ({ tokens: text.length, method: 'estimated' }) },
    health,
    clock,
    settings: { ...DEFAULT_SERVER_SETTINGS, ...settings },
    defer: (work) => void work,
    ...(isDraining ? { isDraining } : {}),
  })
  return {
    clock,
    records,
    sent,
    request: async (path, init) => app.request(path, init),
    post: async (path, body, headers) =>
      app.request(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }),
    chat: async (body, init) =>
      app.request('/v1/chat/completions', {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
        ...init,
      }),
  }
}

const FREE: Pricer = { priceOf: () => null, costOf: () => 0 }

const upstreamOf = (protocol: ChatProtocol): Provider => ({
  name: 'upstream',
  isLocal: false,
  endpoints: [{ name: 'upstream', baseUrl: 'http://upstream.test/v1', headers: { authorization: 'Bearer upstream-secret' }, weight: 1 }],
  chat: [{ protocol, path: () => '/chat/completions', habits: {} }],
  embeddings: { protocol: openaiEmbeddings, path: () => '/embeddings' },
  takesOther: true,
  serves: ['some-model'],
  modelList: null,
})

/** An upstream answer of these pieces; a function is waited for. */
export function answerOf(pieces: readonly (string | (() => Promise<string>))[], status = 200): TransportResponse {
  return {
    status,
    header: () => null,
    body: {
      async *[Symbol.asyncIterator]() {
        for (const piece of pieces) yield new TextEncoder().encode(typeof piece === 'string' ? piece : await piece())
      },
    },
  }
}

/** One frame of a stream of chat completion chunks. */
export function frame(delta: unknown, finishReason: string | null = null): string {
  const chunk = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'some-model',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  }
  return `data: ${JSON.stringify(chunk)}\n\n`
}

/** What most tests ask. */
export const ASKED = { model: 'some-model', messages: [{ role: 'user', content: 'Hello' }] } as const
