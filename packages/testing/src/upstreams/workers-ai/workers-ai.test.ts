import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startUpstream } from '../upstream.ts'
import type { Upstream } from '../upstream.ts'

const MODEL = '@cf/sim/chat'
let upstream: Upstream
let client: OpenAI

beforeAll(async () => {
  upstream = await startUpstream({ api: 'workers-ai', name: 'a', models: [MODEL, '@cf/sim/embed'], apiKey: 'right' })
  client = new OpenAI({ baseURL: `${upstream.url}/client/v4/accounts/account-1/ai/v1`, apiKey: 'right', maxRetries: 0 })
})

beforeEach(() => upstream.reset())

afterAll(() => upstream.close())

const TEXT = 'Simulated answer 0 to: one two three — naïve ✓ 😀 done.'
const messages = [{ role: 'user', content: 'one two three' }]
const parameters = { type: 'object', properties: { city: { type: 'string' } } }

function run(body: object, { model = MODEL, key = 'right' }: { readonly model?: string; readonly key?: string } = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${key}` }
  return fetch(`${upstream.url}/client/v4/accounts/account-1/ai/run/${model}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

const runJson = async (body: object): Promise<Readonly<Record<string, object>>> => (await run(body)).json()

async function events(body: object): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const text = await (await run({ ...body, stream: true })).text()
  expect(text).toMatch(/data: \[DONE\]\n\n$/)
  const lines = text.split('\n').filter((line) => line.startsWith('data: {'))
  return lines.map((line) => JSON.parse(line.slice('data: '.length)))
}

describe('a simulated model that is run by its name', () => {
  it('answers in Cloudflare’s envelope, to messages and to a prompt', async () => {
    const answer = await runJson({ messages })
    expect(answer).toMatchObject({ result: { response: TEXT, tool_calls: [] }, success: true, errors: [], messages: [] })
    expect(answer['result']).toMatchObject({ usage: { prompt_tokens: 6, completion_tokens: 12, total_tokens: 18 } })
    expect((await runJson({ prompt: 'one two three' }))['result']).toMatchObject({ response: TEXT })
    expect(upstream.totals).toMatchObject({ requests: 2, promptTokens: 12, completionTokens: 24 })
  })

  it('streams responses with padding, then usage, then [DONE]', async () => {
    const seen = await events({ messages })
    expect(seen.map((event) => event['response']).join('')).toBe(TEXT)
    expect(seen.every((event) => typeof event['p'] === 'string')).toBe(true)
    expect(seen.at(-1)).toMatchObject({ response: '', usage: { prompt_tokens: 6, completion_tokens: 12 } })
    expect(upstream.totals).toMatchObject({ requests: 1, promptTokens: 6, completionTokens: 12, contentDeltas: 12 })
  })

  it('calls tools with arguments as objects, written in either way', async () => {
    const calls = [
      { name: 'weather', arguments: { city: 'simulated' } },
      { name: 'news', arguments: { city: 'simulated' } },
    ]
    const tools = [
      { name: 'weather', parameters },
      { type: 'function', function: { name: 'news', parameters } },
    ]
    expect((await runJson({ messages, tools }))['result']).toMatchObject({ response: null, tool_calls: calls })
    expect((await events({ messages, tools }))[0]).toMatchObject({ tool_calls: calls })
  })

  it('gives JSON as an object, and refuses to stream it', async () => {
    const format = { type: 'json_schema', json_schema: { type: 'object', properties: { mood: { enum: ['glad'] } } } }
    expect((await runJson({ messages, response_format: format }))['result']).toMatchObject({ response: { mood: 'glad' } })
    expect((await run({ messages, response_format: format, stream: true })).status).toBe(400)
  })

  it('embeds one text or several', async () => {
    expect((await runJson({ text: ['a cat', 'a dog'] }))['result']).toMatchObject({ shape: [2, 768], data: { length: 2 }, pooling: 'mean' })
    expect((await runJson({ text: 'a cat' }))['result']).toMatchObject({ shape: [1, 768] })
    expect(upstream.totals).toMatchObject({ requests: 2, promptTokens: 6, completionTokens: 0 })
  })

  it('refuses in Cloudflare’s envelope', async () => {
    const refusal = async (response: Response): Promise<readonly unknown[]> => {
      const { success, errors } = await response.json()
      return [response.status, success, errors[0].code]
    }
    expect(await refusal(await run({ messages }, { key: 'wrong' }))).toEqual([401, false, 10_000])
    expect(await refusal(await run({ messages }, { model: '@cf/none' }))).toEqual([400, false, 5007])
    expect(await refusal(await run({}))).toEqual([400, false, 5004])
    await upstream.behave('rate-limited')
    expect(await refusal(await run({ messages }))).toEqual([429, false, 3040])
    await upstream.behave('insufficient-quota')
    expect(await refusal(await run({ messages }))).toEqual([429, false, 4006])
  })

  it('lists its models', async () => {
    const headers = { authorization: 'Bearer right' }
    const response = await fetch(`${upstream.url}/client/v4/accounts/account-1/ai/models/search`, { headers })
    expect(await response.json()).toMatchObject({ success: true, result: [{ name: MODEL }, { name: '@cf/sim/embed' }] })
  })
})

describe('its form of OpenAI’s chat', () => {
  const chat = { model: MODEL, messages: [{ role: 'user', content: 'one two three' }] } satisfies OpenAI.ChatCompletionCreateParams

  it('answers the vendor’s SDK in one piece', async () => {
    const completion = await client.chat.completions.create(chat)
    expect(completion.choices[0]?.message.content).toBe(TEXT)
    const { data } = await client.embeddings.create({ model: '@cf/sim/embed', input: 'a cat', encoding_format: 'float' })
    expect(data).toHaveLength(1)
  })

  it('streams without a role, and finishes twice: the second time with usage of nothing', async () => {
    const chunks: OpenAI.ChatCompletionChunk[] = []
    for await (const chunk of await client.chat.completions.create({ ...chat, stream: true })) chunks.push(chunk)
    expect(chunks.some((chunk) => chunk.choices[0]?.delta.role !== undefined)).toBe(false)
    expect(chunks.slice(-2)).toMatchObject([
      { choices: [{ finish_reason: 'stop' }], usage: { prompt_tokens: 6, completion_tokens: 12, total_tokens: 18 } },
      { choices: [{ finish_reason: 'stop' }], usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } },
    ])
    expect(upstream.totals).toMatchObject({ requests: 1, promptTokens: 6, completionTokens: 12 })
  })

  it('breaks the SDK’s own reader, as the vendor’s does', async () => {
    await expect(client.chat.completions.stream(chat).finalChatCompletion()).rejects.toThrow(/role/)
  })
})
