import type { Fault } from './faults/fault.ts'
import type { SaidUsage } from './wire.ts'

/** One request as a simulated server saw it. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Milliseconds since the epoch. */
  readonly receivedAtMs: number
  /** When the client closed the connection before the answer was complete; `null` if it did not. */
  readonly clientGoneAtMs: number | null
  readonly fault: Fault | null
  readonly sent: Sent
}

/** What of an answer has been written to the socket so far. */
export interface Sent {
  readonly contentDeltas: number
  /** As stated in a `usage` object on the wire; `null` while none has been sent. */
  readonly usage: SaidUsage | null
}

/** Sums over the requests that ask a model, counted at the moment of sending. */
export interface Totals {
  readonly requests: number
  /** Sums of the usages that were sent, each request once: of one that is stated several times, the last. */
  readonly promptTokens: number
  readonly completionTokens: number
  readonly cachedTokens: number
  readonly reasoningTokens: number
  readonly cacheWriteTokens: number
  /** Content deltas sent, in all answers. */
  readonly contentDeltas: number
  /** Clients that went away before their answer was complete, and the deltas sent to them until then. */
  readonly aborted: number
  readonly abortedDeltas: number
}

/** Keeps what a server saw and said. */
export interface Recorder {
  open(request: Pick<RecordedRequest, 'method' | 'path' | 'headers' | 'body'>): OpenRecord
  requests(): readonly RecordedRequest[]
  totals(): Totals
  reset(): void
}

/** The record of a request that is still being answered. */
export interface OpenRecord {
  readonly request: RecordedRequest
  plays(fault: Fault | null): void
  countRequest(): void
  sent(tokens: number, usage: SaidUsage | null): void
  clientGone(): void
}

/** Requests kept in full; totals count on. */
const MAX_REQUESTS = 20_000

export function createRecorder(): Recorder {
  let records: RecordedRequest[] = []
  let totals = NOTHING
  const add = (change: Partial<Totals>): void => {
    totals = sum(totals, change)
  }
  return {
    open: (request) => {
      const record = { ...request, receivedAtMs: Date.now(), clientGoneAtMs: null, fault: null, sent: { contentDeltas: 0, usage: null } }
      const open = openRecord(record, add)
      records.push(open.request)
      if (records.length > MAX_REQUESTS) records.shift()
      return open
    },
    requests: () => records.map((record) => ({ ...record })),
    totals: () => totals,
    reset: () => {
      records = []
      totals = NOTHING
    },
  }
}

const NOTHING: Totals = {
  requests: 0,
  promptTokens: 0,
  completionTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  cacheWriteTokens: 0,
  contentDeltas: 0,
  aborted: 0,
  abortedDeltas: 0,
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

function openRecord(record: Mutable<RecordedRequest>, add: (change: Partial<Totals>) => void): OpenRecord {
  return {
    request: record,
    plays: (fault) => {
      record.fault = fault
    },
    countRequest: () => add({ requests: 1 }),
    sent: (tokens, usage) => {
      const before = record.sent
      record.sent = { contentDeltas: before.contentDeltas + tokens, usage: usage ?? before.usage }
      add({ contentDeltas: tokens, ...(usage !== null && growth(before.usage, usage)) })
    },
    clientGone: () => {
      record.clientGoneAtMs = Date.now()
      add({ aborted: 1, abortedDeltas: record.sent.contentDeltas })
    },
  }
}

/** What a later statement adds to an earlier one of the same request. */
function growth(before: SaidUsage | null, after: SaidUsage): Partial<Totals> {
  return {
    promptTokens: after.promptTokens - (before?.promptTokens ?? 0),
    completionTokens: after.completionTokens - (before?.completionTokens ?? 0),
    cachedTokens: after.cachedTokens - (before?.cachedTokens ?? 0),
    reasoningTokens: after.reasoningTokens - (before?.reasoningTokens ?? 0),
    cacheWriteTokens: (after.cacheWriteTokens ?? 0) - (before?.cacheWriteTokens ?? 0),
  }
}

function sum(left: Totals, right: Partial<Totals>): Totals {
  return {
    requests: left.requests + (right.requests ?? 0),
    promptTokens: left.promptTokens + (right.promptTokens ?? 0),
    completionTokens: left.completionTokens + (right.completionTokens ?? 0),
    cachedTokens: left.cachedTokens + (right.cachedTokens ?? 0),
    reasoningTokens: left.reasoningTokens + (right.reasoningTokens ?? 0),
    cacheWriteTokens: left.cacheWriteTokens + (right.cacheWriteTokens ?? 0),
    contentDeltas: left.contentDeltas + (right.contentDeltas ?? 0),
    aborted: left.aborted + (right.aborted ?? 0),
    abortedDeltas: left.abortedDeltas + (right.abortedDeltas ?? 0),
  }
}
