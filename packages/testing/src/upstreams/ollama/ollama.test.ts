import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startUpstream } from '../upstream.ts'
import type { Upstream } from '../upstream.ts'

let upstream: Upstream

beforeAll(async () => {
  upstream = await startUpstream({ api: 'ollama', name: 'a', models: ['sim:latest'] })
})

beforeEach(() => upstream.reset())

afterAll(() => upstream.close())

const TEXT = 'Simulated answer 0 to: one two three — naïve ✓ 😀 done.'
const basic = { model: 'sim:latest', messages: [{ role: 'user', content: 'one two three' }] }
const tools = ['weather', 'news'].map((name) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { day: { type: 'integer' } } } },
}))

function post(path: string, body: object): Promise<Response> {
  return fetch(upstream.url + path, { method: 'POST', body: JSON.stringify(body) })
}

interface Line {
  readonly message?: {
    readonly role: string
    readonly content: string
    readonly thinking?: string
    readonly tool_calls?: readonly object[]
  }
  readonly done?: boolean
  readonly error?: string
}

const whole = async (extra: object = {}): Promise<Line> => (await post('/api/chat', { ...basic, stream: false, ...extra })).json()

const linesOf = (text: string): readonly Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line): Line => JSON.parse(line))

const lines = async (extra: object = {}): Promise<readonly Line[]> =>
  linesOf(await (await post('/api/chat', { ...basic, ...extra })).text())

function fixture(name: string): string {
  return readFileSync(new URL(`../__fixtures__/${name}`, import.meta.url), 'utf8')
}

/** The names of all fields, whatever they hold. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape)
  if (typeof value !== 'object' || value === null) return typeof value
  const fields = Object.entries(value).filter(([name]) => name !== 'x_simulated' && name !== 'arguments')
  return Object.fromEntries(fields.map(([name, field]) => [name, shape(field)]))
}

describe('the simulated Ollama API', () => {
  it('answers at once where it must not stream, and says what it used', async () => {
    expect(await whole()).toMatchObject({
      model: 'sim:latest',
      message: { role: 'assistant', content: TEXT },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 6,
      eval_count: 12,
    })
    expect(upstream.totals).toMatchObject({ requests: 1, promptTokens: 6, completionTokens: 12 })
  })

  it('streams lines of JSON unless it is told not to, in the shape of a real server', async () => {
    const seen = await lines()
    expect(seen.map((line) => line.message?.content).join('')).toBe(TEXT)
    expect(seen.map((line) => line.done)).toEqual([...Array.from({ length: 12 }, () => false), true])
    const recorded = linesOf(fixture('ollama-native-stream.ndjson'))
    expect([shape(seen[0]), shape(seen.at(-1))]).toEqual([shape(recorded[0]), shape(recorded.at(-1))])
    expect(upstream.totals).toMatchObject({ requests: 1, promptTokens: 6, completionTokens: 12, contentDeltas: 12 })
  })

  it('calls tools in the shape of a real server', async () => {
    const answer = await whole({ tools })
    expect(answer.message?.tool_calls).toMatchObject([
      { function: { index: 0, name: 'weather', arguments: { day: 1 } } },
      { function: { index: 1, name: 'news', arguments: { day: 1 } } },
    ])
    expect(shape(answer)).toEqual(shape(JSON.parse(fixture('ollama-native-tools.json'))))
    expect((await lines({ tools })).flatMap((line) => line.message?.tool_calls ?? [])).toEqual(answer.message?.tool_calls)
  })

  it('thinks, fits a schema, and stops where it must', async () => {
    expect((await whole({ think: 'low' })).message).toMatchObject({ thinking: 'Thinking step1 step2 step3', content: TEXT })
    expect((await lines({ think: 'low' })).map((line) => line.message?.thinking ?? '').join('')).toBe('Thinking step1 step2 step3')
    const format = { type: 'object', properties: { mood: { enum: ['glad'] } } }
    expect(JSON.parse((await whole({ format })).message?.content ?? '')).toEqual({ mood: 'glad' })
    expect(await whole({ options: { num_predict: 2 } })).toMatchObject({ done_reason: 'length', eval_count: 2 })
  })

  it('lists its models, embeds, and speaks OpenAI’s chat besides', async () => {
    expect(await (await fetch(`${upstream.url}/api/tags`)).json()).toMatchObject({ models: [{ name: 'sim:latest' }] })
    const embedded = await (await post('/api/embed', { model: 'sim:latest', input: ['a cat', 'a dog'] })).json()
    expect(embedded).toMatchObject({ model: 'sim:latest', embeddings: { length: 2 }, prompt_eval_count: 4 })
    expect(await (await post('/v1/chat/completions', basic)).json()).toMatchObject({ system_fingerprint: 'fp_ollama' })
  })

  it('says errors in one sentence, of the body or of a line', async () => {
    const missing = await post('/api/chat', { ...basic, model: 'nope' })
    expect([missing.status, await missing.json()]).toEqual([404, { error: "model 'nope' not found" }])
    await upstream.behave('error-mid-stream')
    expect((await lines()).slice(2)).toEqual([
      expect.objectContaining({ done: false }),
      { error: 'an error was encountered while running the model: unexpected EOF' },
    ])
    await upstream.behave('status-503')
    expect((await post('/api/chat', basic)).status).toBe(503)
  })
})
