import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allFaults, FAULTS } from './faults/fault.ts'
import type { Fault } from './faults/fault.ts'
import { rawPost } from './raw-exchange.ts'
import type { RawAnswer } from './raw-exchange.ts'
import { startUpstream } from './upstream.ts'
import type { Upstream } from './upstream.ts'
import type { ApiName, Wire } from './wire.ts'

/** One request on a wire, and how a complete answer to it looks. */
interface Trial {
  readonly wire: Wire
  readonly api: ApiName
  readonly path: (isStreamed: boolean) => string
  readonly headers: Readonly<Record<string, string>>
  readonly body: (isStreamed: boolean) => object
  /** Only an answer that came to its end says so. */
  readonly end: string
}

const messages = [{ role: 'user', content: 'hello there' }]

const TRIALS: readonly Trial[] = [
  {
    wire: 'openai-chat',
    api: 'openai',
    path: () => '/v1/chat/completions',
    headers: {},
    body: (stream) => ({ model: 'sim', messages, stream, stream_options: { include_usage: true } }),
    end: '"finish_reason":"stop"',
  },
  {
    wire: 'openai-responses',
    api: 'openai',
    path: () => '/v1/responses',
    headers: {},
    body: (stream) => ({ model: 'sim', input: 'hello there', stream }),
    end: '"status":"completed","completed_at"',
  },
  {
    wire: 'openai-completions',
    api: 'openai',
    path: () => '/v1/completions',
    headers: {},
    body: (stream) => ({ model: 'sim', prompt: 'hello there', stream }),
    end: '"finish_reason":"stop"',
  },
  {
    wire: 'anthropic',
    api: 'anthropic',
    path: () => '/v1/messages',
    headers: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' },
    body: (stream) => ({ model: 'sim', max_tokens: 100, messages, stream }),
    end: '"stop_reason":"end_turn"',
  },
  {
    wire: 'gemini',
    api: 'gemini',
    path: (isStreamed) => `/v1beta/models/sim:${isStreamed ? 'streamGenerateContent?alt=sse&key=any' : 'generateContent?key=any'}`,
    headers: {},
    body: () => ({ contents: [{ parts: [{ text: 'hello there' }] }] }),
    end: '"STOP"',
  },
  {
    wire: 'workers-ai',
    api: 'workers-ai',
    path: () => '/client/v4/accounts/a/ai/run/sim',
    headers: { authorization: 'Bearer any' },
    body: (stream) => ({ messages, stream }),
    end: '"usage":{"prompt_tokens"',
  },
  {
    wire: 'ollama',
    api: 'ollama',
    path: () => '/api/chat',
    headers: {},
    body: (stream) => ({ model: 'sim', messages, stream }),
    end: '"done":true',
  },
]

describe.each(TRIALS)('faults on the wire $wire', (trial) => {
  let upstream: Upstream

  beforeAll(async () => {
    upstream = await startUpstream({ api: trial.api, name: 'a', models: ['sim'] })
  })

  afterAll(() => upstream.close())

  /** Each request chooses its own fault, so that many can be played at once. */
  const play = (fault: Fault | null, isStreamed: boolean): Promise<RawAnswer> => {
    const body = { ...trial.body(isStreamed), ...(fault !== null && { x_simulate: { a: fault } }) }
    return rawPost({ port: upstream.port, path: trial.path(isStreamed), headers: trial.headers }, body)
  }

  it.each([true, false])('come from a healthy answer (stream: %s)', async (isStreamed) => {
    const { text } = await play(null, isStreamed)
    expect(text).toMatch(/^HTTP\/1.1 200 /)
    expect(seenIn(text, { isStreamed, end: trial.end })).toEqual({ isBegun: true, isComplete: true })
  })

  it.concurrent.each(allFaults(trial.wire))('%s owes what the table says', async (fault) => {
    const [streamed, whole] = await Promise.all([play(fault, true), play(fault, false)])
    const seen = [
      seenIn(streamed.text, { isStreamed: true, end: trial.end }),
      seenIn(whole.text, { isStreamed: false, end: trial.end }),
    ] as const
    const outcomes = [FAULTS[fault].streamed, FAULTS[fault].whole] as const
    expect([streamed.text, whole.text].some((text) => text.startsWith('HTTP/1.1 501 '))).toBe(false)
    expect(seen.map(({ isComplete }) => isComplete)).toEqual(outcomes.map((outcome) => outcome === 'answers'))
    expect(seen[0].isBegun || outcomes[0] !== 'breaks').toBe(true)
  })
})

/** Whether an answer said anything, and whether it came to its end. `invalid-utf8` spoils the first letter. */
function seenIn(
  text: string,
  { isStreamed, end }: { readonly isStreamed: boolean; readonly end: string },
): {
  readonly isBegun: boolean
  readonly isComplete: boolean
} {
  const body = unframed(text)
  const isBegun = /(?<!x_s)imulated/.test(body)
  return { isBegun, isComplete: isBegun && body.includes(end) && (isStreamed || isJson(body)) }
}

/** The body in one piece: chunk sizes between its bytes taken out. */
function unframed(text: string): string {
  const start = text.indexOf('\r\n\r\n')
  const isChunked = /transfer-encoding: chunked/i.test(text.slice(0, start))
  const body = text.slice(start + 4)
  return isChunked ? `\r\n${body}`.replaceAll(/\r\n[\da-f]+\r\n/g, '') : body
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
