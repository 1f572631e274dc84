import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { startUpstream } from '../upstream.ts'
import type { Upstream } from '../upstream.ts'

let upstream: Upstream

beforeAll(async () => {
  upstream = await startUpstream({ name: 'a', models: ['sim-chat', 'sim-other'] })
})

beforeEach(() => upstream.reset())

afterAll(() => upstream.close())

const looks = z.looseObject({
  message: z.looseObject({
    content: z.nullable(z.string()),
    refusal: z.nullable(z.string()),
    tool_calls: z.optional(z.array(z.looseObject({ function: z.object({ name: z.string(), arguments: z.string() }) }))),
  }),
  finish_reason: z.string(),
})
const completion = z.looseObject({
  choices: z.array(looks),
  usage: z.looseObject({ prompt_tokens: z.number(), completion_tokens: z.number() }),
})
const chunk = z.looseObject({
  choices: z.array(z.looseObject({ index: z.number(), delta: z.looseObject({}) })),
  usage: z.optional(z.unknown()),
})

type Extra = Readonly<Record<string, unknown>>

function post(extra: Extra, signal: AbortSignal | null = null): Promise<Response> {
  const body = { model: 'sim-chat', messages: [{ role: 'user', content: 'one two three' }], ...extra }
  return fetch(`${upstream.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(body), signal })
}

async function whole(extra: Extra = {}): Promise<z.infer<typeof completion>> {
  return completion.parse(await (await post(extra)).json())
}

async function chunks(extra: Extra = {}): Promise<readonly z.infer<typeof chunk>[]> {
  return chunksOf(await (await post({ stream: true, ...extra })).text())
}

function chunksOf(text: string): readonly z.infer<typeof chunk>[] {
  const lines = text.split('\n').filter((line) => line.startsWith('data: {'))
  return lines.map((line) => chunk.parse(JSON.parse(line.slice('data: '.length))))
}

describe('the simulated Chat Completions server', () => {
  it('gives the same answer to the same question, and says what it used', async () => {
    const [first, second] = [await whole(), await whole()]
    expect(first.choices).toEqual(second.choices)
    expect(first.choices[0]?.message.content).toBe('Simulated answer 0 to: one two three — naïve ✓ 😀 done.')
    expect(first.usage).toMatchObject({ prompt_tokens: 6, completion_tokens: 12 })
    expect(upstream.totals).toMatchObject({ requests: 2, promptTokens: 12, completionTokens: 24, contentDeltas: 24, aborted: 0 })
  })

  it('streams what it would have answered at once', async () => {
    const deltas = (await chunks()).map((entry) => entry.choices[0]?.delta['content'] ?? '')
    expect(deltas.join('')).toBe((await whole()).choices[0]?.message.content)
  })

  it('sends a usage chunk with empty choices where it was asked, and `usage: null` before it', async () => {
    const asked = await chunks({ stream_options: { include_usage: true } })
    expect(asked.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 6, completion_tokens: 12, total_tokens: 18 } })
    expect(asked.slice(0, -1).every((entry) => entry.usage === null)).toBe(true)
    expect((await chunks()).every((entry) => !('usage' in entry))).toBe(true)
  })

  it('counts a stream’s usage only once it is on the wire', async () => {
    await chunks()
    expect(upstream.totals).toMatchObject({ requests: 1, promptTokens: 0, contentDeltas: 12 })
  })

  it('answers n times, with the choices in turn', async () => {
    const texts = (await whole({ n: 2 })).choices.map((choice) => choice.message.content)
    expect(new Set(texts).size).toBe(2)
    const indexes = (await chunks({ n: 2 })).map((entry) => entry.choices[0]?.index)
    expect(indexes.slice(0, 6)).toEqual([0, 1, 0, 1, 0, 1])
  })

  it('calls two tools at once, in the order and shape of OpenAI’s own stream', async () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } } }
    const tools = ['weather', 'news'].map((name) => ({ type: 'function', function: { name, parameters } }))
    const calls = (await whole({ tools })).choices[0]?.message.tool_calls
    expect(calls?.map((call) => call.function)).toEqual([
      { name: 'weather', arguments: '{"city":"simulated","days":1}' },
      { name: 'news', arguments: '{"city":"simulated","days":1}' },
    ])
    const recorded = chunksOf(readFileSync(new URL('../__fixtures__/openai-parallel-tools.sse', import.meta.url), 'utf8'))
    expect(new Set(recorded.map(deltaShape))).toEqual(
      new Set((await chunks({ tools, stream_options: { include_usage: true } })).map(deltaShape)),
    )
  })

  it('calls no tool once a tool has answered', async () => {
    const tools = [{ type: 'function', function: { name: 'weather' } }]
    const messages = [
      { role: 'user', content: 'hello' },
      { role: 'tool', tool_call_id: 'x', content: 'sunny' },
    ]
    expect((await whole({ tools, messages })).choices[0]).toMatchObject({ finish_reason: 'stop' })
  })

  it('fits a JSON schema', async () => {
    const schema = {
      type: 'object',
      properties: {
        steps: { type: 'array', items: { $ref: '#/$defs/step' } },
        mood: { enum: ['glad', 'sad'] },
        note: { type: ['string', 'null'] },
      },
      $defs: { step: { type: 'object', properties: { done: { type: 'boolean' } } } },
    }
    const { choices } = await whole({ response_format: { type: 'json_schema', json_schema: { name: 'plan', schema } } })
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ steps: [{ done: true }], mood: 'glad', note: 'simulated' })
  })

  it('refuses, stops at max_tokens, thinks and gives log probabilities where it is asked', async () => {
    const refused = await whole({ messages: [{ role: 'user', content: 'please refuse this' }] })
    expect(refused.choices[0]?.message).toMatchObject({ content: null, refusal: 'I cannot help with that.' })
    expect((await whole({ max_tokens: 2 })).choices[0]).toMatchObject({ message: { content: 'Simulated answer' }, finish_reason: 'length' })
    expect(await whole({ reasoning_effort: 'high' })).toMatchObject({
      usage: { completion_tokens: 28, completion_tokens_details: { reasoning_tokens: 16 } },
    })
    expect(await whole({ logprobs: true })).toMatchObject({ choices: [{ logprobs: { content: { length: 12 } } }] })
  })

  it('lists its models as OpenAI, Ollama and llama.cpp do', async () => {
    const read = async (path: string): Promise<unknown> => (await fetch(upstream.url + path)).json()
    expect(await read('/v1/models')).toMatchObject({ object: 'list', data: [{ id: 'sim-chat' }, { id: 'sim-other' }] })
    expect(await read('/v1/models/sim-other')).toMatchObject({ id: 'sim-other', object: 'model' })
    expect(await read('/api/tags')).toMatchObject({ models: [{ name: 'sim-chat' }, { name: 'sim-other' }] })
    expect(await read('/health')).toEqual({ status: 'ok' })
    expect(await read('/props')).toMatchObject({ default_generation_settings: { n_ctx: 8192 } })
    expect((await fetch(`${upstream.url}/v1/models/none`)).status).toBe(404)
  })

  it('refuses what is no chat request, and models it does not have', async () => {
    const bad = await post({ messages: [] })
    expect(bad.status).toBe(400)
    expect(await bad.json()).toMatchObject({ error: { type: 'invalid_request_error', param: 'messages' } })
    expect((await post({ model: 'none' })).status).toBe(404)
  })

  it('wants its key', async () => {
    const locked = await startUpstream({ apiKey: 'right' })
    const statusWith = async (key: string): Promise<number> =>
      (await fetch(`${locked.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status
    expect([await statusWith('wrong'), await statusWith('right')]).toEqual([401, 200])
    await locked.close()
  })
})

describe('driving it', () => {
  it('records what came, and what it played', async () => {
    await upstream.behave('status-500')
    await (await post({ x_own: 1 })).text()
    const [seen] = upstream.requests
    expect(seen).toMatchObject({ method: 'POST', path: '/v1/chat/completions', fault: 'status-500', clientGoneAtMs: null })
    expect(JSON.parse(seen?.body ?? '')).toMatchObject({ x_own: 1 })
  })

  it('is healthy again after so many requests', async () => {
    await upstream.behave({ fault: 'status-503', times: 2 })
    const statuses = [await post({}), await post({}), await post({})].map((response) => response.status)
    expect(statuses).toEqual([503, 503, 200])
  })

  it('lets a function choose, or the request itself under the server’s name', async () => {
    await upstream.behave((request) => (request.body.includes('unlucky') ? 'status-502' : {}))
    expect((await post({ user: 'unlucky' })).status).toBe(502)
    expect((await post({ x_simulate: { a: 'status-504', b: 'status-500' } })).status).toBe(504)
    expect((await post({ x_simulate: { b: 'status-500' } })).status).toBe(200)
  })

  it('notes when a client leaves, and how much it had sent by then', async () => {
    await upstream.behave({ chunkDelayMs: 20, answerWords: 500 })
    const controller = new AbortController()
    const response = await post({ stream: true }, controller.signal)
    await response.body?.getReader().read()
    controller.abort()
    await expect.poll(() => upstream.requests[0]?.clientGoneAtMs, { timeout: 1000 }).toEqual(expect.any(Number))
    const { aborted, abortedDeltas } = upstream.totals
    expect(aborted).toBe(1)
    expect(abortedDeltas).toBe(upstream.requests[0]?.sent.contentDeltas)
    expect(abortedDeltas).toBeLessThan(500)
  })
})

/** A delta with every text blanked; without `refusal`, which is younger than the recording. */
function deltaShape(entry: z.infer<typeof chunk>): string {
  const { refusal: _, ...delta } = entry.choices[0]?.delta ?? {}
  return JSON.stringify(delta, (_key, value: unknown) => (typeof value === 'string' || value === null ? '' : value))
}
