/** A way to use a gateway, what its client sees, and the row that it leaves in the log. */
export interface RequestKind {
  readonly name: string
  /** How many of a thousand requests. */
  readonly count: number
  /** What stands in the body beside model and messages. */
  readonly body: Readonly<Record<string, unknown>>
  readonly seen: Seen
  readonly row: ExpectedRow
}

export interface Seen {
  readonly status: number
  /** `cut`: neither a finish reason nor an error. `left`: the client goes after so many deltas as the row counts. */
  readonly end: 'clean' | 'error' | 'cut' | 'left'
}

export interface ExpectedRow {
  readonly status: 'success' | 'failed' | 'timeout' | 'cancelled'
  readonly attempts: number
  readonly provider: 'openai' | 'groq' | null
  /** Where `completion_tokens` comes from; null where nothing was used that anybody knows of. */
  readonly provenance: 'provider' | 'partial' | null
  /** What `completion_tokens` is where no provider stated it. */
  readonly deltas?: number
}

const STREAM = { stream: true } as const
const STREAM_WITH_USAGE = { stream: true, stream_options: { include_usage: true } } as const
const TOOLS = {
  tools: [
    { type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } },
    { type: 'function', function: { name: 'news', parameters: { type: 'object', properties: { topic: { type: 'string' } } } } },
  ],
} as const

const CLEAN: Seen = { status: 200, end: 'clean' }
const ANSWERED: ExpectedRow = { status: 'success', attempts: 1, provider: 'openai', provenance: 'provider' }
const BY_THE_SECOND: ExpectedRow = { ...ANSWERED, attempts: 2, provider: 'groq' }

/** A thousand requests of all kinds. The first provider has a fault where the body says so; the second is asked next. */
export const REQUEST_KINDS: readonly RequestKind[] = [
  answered('whole', 100, {}),
  answered('whole, with reasoning', 60, { reasoning_effort: 'medium' }),
  answered('whole, two choices', 50, { n: 2 }),
  answered('whole, tools', 50, TOOLS),
  answered('streamed', 100, STREAM),
  answered('streamed, usage asked for', 100, STREAM_WITH_USAGE),
  answered('streamed, usage not wanted', 40, { stream: true, stream_options: { include_usage: false } }),
  answered('streamed, with reasoning', 50, { ...STREAM, reasoning_effort: 'high' }),
  answered('streamed, two choices', 40, { ...STREAM_WITH_USAGE, n: 2 }),
  answered('streamed, tools', 40, { ...STREAM, ...TOOLS }),
  answered('streamed, usage on the last chunk', 20, { ...STREAM, ...firstHas('usage-with-finish') }),
  answered('streamed, without [DONE]', 20, { ...STREAM, ...firstHas('end-without-done') }),
  refused('rejected by the provider', 30, { ...firstHas('status-400') }),
  refused('rejected by the provider, streamed', 20, { ...STREAM, ...firstHas('status-400') }),
  unknownModel('a model that nobody has', 40, {}),
  unknownModel('a model that nobody has, streamed', 10, STREAM),
  ...failsOver('status-500', 20),
  ...failsOver('status-401', 10),
  ...failsOver('rate-limited-579', 10),
  ...failsOver('error-in-200', 10),
  ...failsOver('reset-before-headers', 10),
  ...failsOver('html-200', 10),
  failed('all fail', 20, bothHave('status-500')),
  failed('all fail, streamed', 20, { ...STREAM, ...bothHave('error-in-200') }),
  broken('hang-up-mid-stream', 15),
  broken('error-mid-stream', 15),
  broken('end-without-finish', 10),
  broken('end-inside-event', 10),
  stalled(10),
  ...[1, 2, 3, 5, 8, 13].map((deltas) => left(deltas, 10)),
]

function firstHas(fault: string, more: object = {}): object {
  return { x_simulate: { first: { fault, ...more } } }
}

function bothHave(fault: string): object {
  return { x_simulate: { first: { fault }, second: { fault } } }
}

function answered(name: string, count: number, body: object): RequestKind {
  return { name, count, body: { ...body }, seen: CLEAN, row: ANSWERED }
}

function refused(name: string, count: number, body: object): RequestKind {
  const row = { status: 'failed', attempts: 1, provider: 'openai', provenance: null } as const
  return { name, count, body: { ...body }, seen: { status: 400, end: 'error' }, row }
}

function unknownModel(name: string, count: number, body: object): RequestKind {
  const row = { status: 'failed', attempts: 0, provider: null, provenance: null } as const
  return { name, count, body: { ...body, model: 'nobody-has-this' }, seen: { status: 404, end: 'error' }, row }
}

/** As many whole answers as streams. */
function failsOver(fault: string, count: number): readonly RequestKind[] {
  return [{}, STREAM].map((mode) => ({
    name: `${fault}, then the second provider${'stream' in mode ? ', streamed' : ''}`,
    count: count / 2,
    body: { ...mode, ...firstHas(fault) },
    seen: CLEAN,
    row: BY_THE_SECOND,
  }))
}

/** The row names who was tried last. */
function failed(name: string, count: number, body: object): RequestKind {
  const row = { status: 'failed', attempts: 2, provider: 'groq', provenance: null } as const
  return { name, count, body: { ...body }, seen: { status: 503, end: 'error' }, row }
}

/** Slow enough that the tokens do not come in one piece with what breaks them off: then the second provider would answer. */
function broken(fault: string, count: number): RequestKind {
  const deltas = 4
  const row = { status: 'failed', attempts: 1, provider: 'openai', provenance: 'partial', deltas } as const
  return {
    name: fault,
    count,
    body: { ...STREAM, ...firstHas(fault, { afterDeltas: deltas, chunkDelayMs: 40 }) },
    seen: { status: 200, end: 'error' },
    row,
  }
}

function stalled(count: number): RequestKind {
  const deltas = 6
  const row = { status: 'timeout', attempts: 1, provider: 'openai', provenance: 'partial', deltas } as const
  const body = { ...STREAM, ...firstHas('stall-mid-stream', { afterDeltas: deltas }) }
  return { name: 'silent after some tokens', count, body, seen: { status: 200, end: 'error' }, row }
}

/** The provider says so much and no more, so that it is known what reached the gateway when the client leaves. */
function left(deltas: number, count: number): RequestKind {
  const row = { status: 'cancelled', attempts: 1, provider: 'openai', provenance: 'partial', deltas } as const
  const body = { ...STREAM_WITH_USAGE, ...firstHas('stall-mid-stream', { afterDeltas: deltas, answerWords: 20 }) }
  return { name: `left after ${deltas} deltas`, count, body, seen: { status: 200, end: 'left' }, row }
}
