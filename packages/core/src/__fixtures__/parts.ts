import { DEFAULT_POLICY, type AttemptPolicy } from '../attempt/attempt-policy.ts'
import type { ChatEvent } from '../language/chat-event.ts'
import type { ChatReply } from '../language/chat-reply.ts'
import type { ChatRequest } from '../language/chat-request.ts'
import { usageFrom } from '../language/usage.ts'
import { fromChat } from '../model-request.ts'
import type { EndpointHealth, HealthBoard, Outcome } from '../ports/health-board.ts'
import type { Price, Pricer } from '../ports/pricer.ts'
import type { UsageRecord } from '../ports/usage-log.ts'
import type { StreamPart } from '../protocol.ts'
import type { Provider, Target } from '../provider.ts'
import type { Exchange, Reply } from '../stage.ts'
import type { Candidate } from '../strategies/strategy.ts'
import { line, lineProtocol } from './line-protocol.ts'

export function provider(name: string, overrides: Partial<Provider> = {}): Provider {
  return {
    name,
    isLocal: false,
    endpoints: [{ name, baseUrl: `https://${name}.test`, headers: { authorization: `Bearer key-of-${name}` }, weight: 1 }],
    chat: [{ protocol: lineProtocol, path: () => '/chat', habits: {} }],
    serves: [],
    modelList: null,
    ...overrides,
  }
}

export function target(name: string, overrides: Partial<Target> = {}): Target {
  const served = overrides.provider ?? provider(name)
  return { provider: served, endpoint: served.endpoints[0], model: `${name}-model`, price: null, contextWindow: null, ...overrides }
}

export function candidate(name: string, overrides: Partial<Target> = {}): Candidate {
  return { target: target(name, overrides), facts: { expectedCostNanoUsd: null }, reason: '' }
}

export function chatRequest(overrides: Partial<ChatRequest> = {}): ChatRequest {
  return { model: 'some-model', messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }], isStreaming: false, ...overrides }
}

export function exchange(overrides: Partial<Exchange> = {}): Exchange {
  return {
    id: 'request-1',
    caller: { id: null },
    request: fromChat(chatRequest()),
    candidates: [],
    signal: new AbortController().signal,
    defer: (work) => void work,
    ...overrides,
  }
}

export const STREAMED: Exchange['request'] = fromChat(chatRequest({ isStreaming: true }))

export function policy(overrides: Partial<AttemptPolicy> = {}): AttemptPolicy {
  return { ...DEFAULT_POLICY, ...overrides }
}

/** One nano-dollar a token; null where a class is unknown. */
export const pricer: Pricer = {
  priceOf: () => null,
  costOf: (usage) => (usage.input && usage.output ? usage.input.tokens + usage.output.tokens : null),
}

export const PRICE: Price = { input: 1_000_000, output: 1_000_000 }

export interface WatchedBoard extends HealthBoard {
  readonly reports: readonly (Outcome & { readonly endpoint: string })[]
}

export function watchedBoard(): WatchedBoard {
  const reports: (Outcome & { readonly endpoint: string })[] = []
  return {
    reports,
    report: (endpoint, outcome) => reports.push({ endpoint, ...outcome }),
    healthOf: () => null,
    list: (): readonly EndpointHealth[] => [],
  }
}

export const REPLY: ChatReply = {
  id: 'reply-1',
  model: 'a-model',
  choices: [{ index: 0, content: [{ type: 'text', text: 'Hi there' }], finishReason: 'stop' }],
  usage: usageFrom({ input: 5, output: 2 }, 'provider'),
}

export const START: ChatEvent = { type: 'start', id: 'reply-1', model: 'a-model' }
export const END: ChatEvent = { type: 'end' }
export const FINISH: ChatEvent = { type: 'finish', choice: 0, reason: 'stop' }

export function text(words: string): ChatEvent {
  return { type: 'text-delta', choice: 0, text: words }
}

/** A whole streamed answer, one event a piece. */
export const STREAM: readonly string[] = [START, text('Hi'), text(' there'), FINISH, END].map(line)

export function usageRecord(requestId: string): UsageRecord {
  return {
    requestId,
    startedMs: 0,
    userId: null,
    requestedModel: 'some-model',
    model: null,
    provider: null,
    endpoint: null,
    usage: {},
    costNanoUsd: null,
    latencyMs: 0,
    firstTokenMs: null,
    status: 'success',
    errorMessage: null,
    strategy: '',
    attempts: 0,
    isStreaming: false,
    wasCached: false,
    warnings: [],
  }
}

/** The parts of a streamed reply, not yet read. */
export function partsOf(reply: Reply): AsyncIterator<StreamPart> {
  if (reply.body.kind !== 'stream') throw new TypeError('This reply is not streamed.')
  return reply.body.parts[Symbol.asyncIterator]()
}

/** All events of a streamed reply, to its end. */
export async function eventsOf(reply: Reply): Promise<readonly ChatEvent[]> {
  const events: ChatEvent[] = []
  const iterator = partsOf(reply)
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) events.push(...next.value.events)
  return events
}
