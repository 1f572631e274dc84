import { readFileSync } from 'node:fs'
import { createOpenAI } from '@ai-sdk/openai'
import { GatewayError, usageFrom } from '@gateway/core'
import type { AssistantPart, ChatEvent, ChatReply } from '@gateway/core'
import OpenAI, { APIError } from 'openai'
import { describe, expect, it } from 'vitest'
import { objectsOf, parseObject, stringOf } from '../json-fields.ts'
import { openaiResponses } from './index.ts'

const USAGE = usageFrom({ input: 12, cachedInput: 4, output: 9, reasoning: 3 }, 'provider')
const ASK = { model: 'gpt-5', input: 'Weather in Rome and Oslo?' } as const

/** A model that thinks, speaks, refuses, and makes two calls whose arguments come interleaved. */
const CONTENT: readonly AssistantPart[] = [
  { type: 'reasoning', text: 'Two cities.', id: 'rs_7', encrypted: 'sealed' },
  { type: 'text', text: 'Let me look. ' },
  { type: 'refusal', text: 'Not the stocks.' },
  { type: 'tool-call', id: 'call_a', name: 'weather', arguments: '{"city":"Rome"}' },
  { type: 'tool-call', id: 'call_b', name: 'weather', arguments: '{"city":"Oslo"}' },
]
const REPLY: ChatReply = {
  id: 'resp_1',
  model: 'gpt-5-2025-08-07',
  created: 1_700_000_000,
  choices: [{ index: 0, content: CONTENT, finishReason: 'tool-calls' }],
  usage: USAGE,
}
const EVENTS: readonly ChatEvent[] = [
  { type: 'start', id: 'resp_1', model: 'gpt-5-2025-08-07', created: 1_700_000_000 },
  { type: 'reasoning-delta', choice: 0, text: 'Two ', id: 'rs_7' },
  { type: 'reasoning-delta', choice: 0, text: 'cities.', id: 'rs_7' },
  { type: 'reasoning-signature', choice: 0, encrypted: 'sealed', id: 'rs_7' },
  { type: 'text-delta', choice: 0, text: 'Let me ' },
  { type: 'text-delta', choice: 0, text: 'look. ', logprobs: { content: [{ token: 'look', logprob: -0.5, bytes: null }] } },
  { type: 'text-delta', choice: 1, text: 'Another answer' },
  { type: 'refusal-delta', choice: 0, text: 'Not the stocks.' },
  { type: 'tool-call-start', choice: 0, call: 0, id: 'call_a', name: 'weather' },
  { type: 'tool-call-start', choice: 0, call: 1, id: 'call_b', name: 'weather' },
  { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{"city":' },
  { type: 'tool-call-delta', choice: 0, call: 1, arguments: '{"city":"Oslo"}' },
  { type: 'tool-call-delta', choice: 0, call: 0, arguments: '"Rome"}' },
  { type: 'finish', choice: 0, reason: 'tool-calls' },
  { type: 'usage', usage: USAGE },
  { type: 'end' },
]

describe("OpenAI's own client", () => {
  it('understands an answer', async () => {
    const response = await clientOf(json(REPLY)).responses.create(ASK)
    expect(response.output_text).toBe('Let me look. ')
    expect(response.output.map((item) => item.type)).toEqual(['reasoning', 'message', 'function_call', 'function_call'])
    expect(response).toMatchObject({ id: 'resp_1', status: 'completed', store: false, usage: { input_tokens: 12, total_tokens: 21 } })
  })

  it('parses structured output', async () => {
    const choices = [{ index: 0, content: [{ type: 'text', text: '{"title":"Emma"}' }], finishReason: 'stop' }] as const
    const format = { type: 'json_schema', name: 'Book', schema: { type: 'object' }, strict: true } as const
    const response = await clientOf(json({ ...REPLY, choices })).responses.parse({ ...ASK, text: { format } })
    expect(response.output_text).toBe('{"title":"Emma"}')
    expect(response.output_parsed).toEqual({ title: 'Emma' })
  })

  it('builds the same response from a stream', async () => {
    const stream = clientOf(sse(EVENTS)).responses.stream(ASK)
    const types: string[] = []
    stream.on('event', (event) => types.push(event.type))
    const response = await stream.finalResponse()
    expect(response.output_text).toBe('Let me look. ')
    const calls = response.output.flatMap((item) => (item.type === 'function_call' ? [[item.call_id, item.arguments]] : []))
    expect(calls).toEqual([
      ['call_a', '{"city":"Rome"}'],
      ['call_b', '{"city":"Oslo"}'],
    ])
    expect(response.output[0]).toMatchObject({ id: 'rs_7', encrypted_content: 'sealed', summary: [{ text: 'Two cities.' }] })
    expect(response.usage?.total_tokens).toBe(21)
    expect(types.slice(0, 4)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.reasoning_summary_part.added',
    ])
    expect(types.at(-1)).toBe('response.completed')
  })

  it('sees an answer that was cut as incomplete', async () => {
    const cut: readonly ChatEvent[] = [...EVENTS.slice(0, 5), { type: 'finish', choice: 0, reason: 'length' }, { type: 'end' }]
    const response = await clientOf(sse(cut)).responses.stream(ASK).finalResponse()
    expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } })
    expect(response.output.at(-1)).toMatchObject({ type: 'message', status: 'incomplete' })
  })

  it('raises an error that ends a stream', async () => {
    const stream = await clientOf(broken()).responses.create({ ...ASK, stream: true })
    const types: string[] = []
    const consume = async (): Promise<void> => {
      for await (const event of stream) types.push(event.type)
    }
    await expect(consume()).rejects.toThrow(expect.objectContaining({ code: 'stream_interrupted', type: 'server_error' }))
    expect(types).not.toContain('response.completed')
  })

  it('raises an error in place of an answer', async () => {
    const body = JSON.stringify(openaiResponses.writeError(new GatewayError('invalid-request', 'input: wrong', { param: 'input' }), 400))
    const failing = clientOf(new Response(body, { status: 400, headers: { 'content-type': 'application/json' } }))
    await expect(failing.responses.create(ASK)).rejects.toBeInstanceOf(APIError)
    await expect(clientOf(new Response(body, { status: 400 })).responses.create(ASK)).rejects.toMatchObject({ status: 400, param: 'input' })
  })

  it.each(recorded('.sse'))('accepts %s read and written again', async (name) => {
    const events = eventsOf(name)
    const response = await clientOf(sse(events)).responses.stream(ASK).finalResponse()
    expect(response.output_text).toBe(events.map((event) => (event.type === 'text-delta' ? event.text : '')).join(''))
    expect(response.output.filter((item) => item.type === 'function_call')).toHaveLength(
      events.filter((event) => event.type === 'tool-call-start').length,
    )
  })
})

describe('the AI SDK', () => {
  it('understands an answer', async () => {
    const result = await modelOf(json(REPLY)).doGenerate(PROMPT)
    expect(result.content.map((part) => part.type)).toEqual(['reasoning', 'text', 'text', 'tool-call', 'tool-call'])
    expect(result.finishReason.unified).toBe('tool-calls')
    expect(result.usage.inputTokens).toMatchObject({ total: 12, cacheRead: 4 })
  })

  it('understands a stream', async () => {
    const parts = await streamed(sse(EVENTS))
    expect(parts.filter((part) => part.type === 'error')).toEqual([])
    expect(parts.flatMap((part) => (part.type === 'reasoning-delta' ? [part.delta] : [])).join('')).toBe('Two cities.')
    expect(parts.flatMap((part) => (part.type === 'tool-call' ? [[part.toolCallId, part.input]] : []))).toEqual([
      ['call_a', '{"city":"Rome"}'],
      ['call_b', '{"city":"Oslo"}'],
    ])
    expect(parts.at(-1)).toMatchObject({ type: 'finish', finishReason: { unified: 'tool-calls' }, usage: { outputTokens: { total: 9 } } })
  })

  it('hears of an error that ends a stream', async () => {
    const parts = await streamed(broken())
    expect(parts.some((part) => part.type === 'error')).toBe(true)
    expect(parts.at(-1)).toMatchObject({ type: 'finish', finishReason: { unified: 'error' } })
  })

  it.each(recorded('.sse'))('accepts %s read and written again', async (name) => {
    const parts = await streamed(sse(eventsOf(name)))
    expect(parts.filter((part) => part.type === 'error')).toEqual([])
    expect(parts.at(-1)?.type).toBe('finish')
  })
})

const PROMPT = { prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] } satisfies Parameters<
  ReturnType<typeof modelOf>['doGenerate']
>[0]

function clientOf(response: Response): OpenAI {
  return new OpenAI({ apiKey: 'test', baseURL: 'https://gateway.example/v1', maxRetries: 0, fetch: async () => response })
}

function modelOf(response: Response) {
  return createOpenAI({ apiKey: 'test', baseURL: 'https://gateway.example/v1', fetch: async () => response }).responses('gpt-5')
}

async function streamed(response: Response) {
  const { stream } = await modelOf(response).doStream(PROMPT)
  return Array.fromAsync(stream)
}

function json(reply: ChatReply): Response {
  return Response.json(openaiResponses.writeReply(reply).value)
}

function sse(events: readonly ChatEvent[]): Response {
  const writer = openaiResponses.writeStream({ wantsUsage: false })
  return streamOf(events.map((event) => writer.write(event)).join(''))
}

function broken(): Response {
  const writer = openaiResponses.writeStream({ wantsUsage: false })
  const begun = EVENTS.slice(0, 6).map((event) => writer.write(event))
  return streamOf(begun.join('') + writer.fail(new GatewayError('stream-interrupted', 'The stream broke off'), 502))
}

function streamOf(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'text/event-stream' } })
}

function recorded(suffix: string): readonly string[] {
  const entries = objectsOf(parseObject(readFileSync(new URL('__fixtures__/index.json', import.meta.url), 'utf8'))?.entries)
  return entries.map((entry) => stringOf(entry.response) ?? '').filter((name) => name.endsWith(suffix))
}

function eventsOf(name: string): readonly ChatEvent[] {
  const reader = openaiResponses.readStream({ stripUsage: false })
  const bytes = new Uint8Array(readFileSync(new URL(`__fixtures__/${name}`, import.meta.url)))
  return [...reader.read(bytes).events, ...reader.end().events]
}
