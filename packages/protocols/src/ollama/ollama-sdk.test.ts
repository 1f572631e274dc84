import { GatewayError } from '@gateway/core'
import type { ChatEvent, ChatRequest } from '@gateway/core'
import { Ollama } from 'ollama/browser'
import { describe, expect, it } from 'vitest'
import { parseObject } from '../json-fields.ts'
import { ollamaChat } from './index.ts'

const EVENTS: readonly ChatEvent[] = [
  { type: 'start', id: 'x', model: 'm', created: 1_700_000_000 },
  { type: 'reasoning-delta', choice: 0, text: 'hm' },
  { type: 'text-delta', choice: 0, text: 'naïve 🙂' },
  { type: 'tool-call-start', choice: 0, call: 0, id: 'a', name: 'f' },
  { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{"b":' },
  { type: 'tool-call-delta', choice: 0, call: 0, arguments: '1}' },
  { type: 'finish', choice: 0, reason: 'tool-calls' },
  { type: 'usage', usage: { input: { tokens: 5, provenance: 'provider' }, output: { tokens: 2, provenance: 'provider' } } },
  { type: 'end' },
]

describe('the ollama client', () => {
  it('streams what we write', async () => {
    const writer = ollamaChat.writeStream({ wantsUsage: true })
    const { client } = clientOf(EVENTS.map((event) => writer.write(event)).join(''))
    const parts = []
    for await (const part of await client.chat({ model: 'm', messages: [], stream: true })) parts.push(part)
    expect(parts.map(({ message }) => message.thinking ?? '').join('')).toBe('hm')
    expect(parts.map(({ message }) => message.content).join('')).toBe('naïve 🙂')
    expect(parts.flatMap(({ message }) => message.tool_calls ?? [])).toMatchObject([{ function: { name: 'f', arguments: { b: 1 } } }])
    expect(parts.at(-1)).toMatchObject({ done: true, done_reason: 'stop', prompt_eval_count: 5, eval_count: 2 })
  })

  it('takes an answer that we write', async () => {
    const reply = ollamaChat.writeReply({
      id: 'x',
      model: 'm',
      created: 1,
      choices: [{ index: 0, content: [{ type: 'text', text: 'Hello' }], finishReason: 'length' }],
      usage: {},
    })
    const { client } = clientOf(JSON.stringify(reply.value))
    const answer = await client.chat({ model: 'm', messages: [] })
    expect(answer).toMatchObject({ model: 'm', message: { role: 'assistant', content: 'Hello' }, done: true, done_reason: 'length' })
  })

  it('raises an error that we write, in the middle of a stream and before it', async () => {
    const writer = ollamaChat.writeStream({ wantsUsage: true })
    const error = new GatewayError('stream-interrupted', 'The answer broke off')
    const broken = clientOf(writer.write({ type: 'text-delta', choice: 0, text: 'a' }) + writer.fail(error, 502))
    const stream = await broken.client.chat({ model: 'm', messages: [], stream: true })
    const drain = async (): Promise<void> => {
      for await (const part of stream) expect(part.message.content).toBe('a')
    }
    await expect(drain()).rejects.toThrow('The answer broke off')
    const refused = clientOf(JSON.stringify(ollamaChat.writeError(new GatewayError('model-not-found', 'no such model'), 404)), 404)
    await expect(refused.client.chat({ model: 'm', messages: [] })).rejects.toMatchObject({ error: 'no such model', status_code: 404 })
  })

  it('sends what we read, as it was meant', async () => {
    const { client, sent } = clientOf(JSON.stringify({ message: { role: 'assistant', content: 'a' }, done: true }))
    await client.chat({
      model: 'gpt-oss',
      messages: [
        { role: 'user', content: 'look', images: [new Uint8Array([1, 2, 3])] },
        { role: 'assistant', content: '', tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] },
        { role: 'tool', content: 'done', tool_name: 'f' },
      ],
      tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object', properties: {} } } }],
      format: { type: 'object' },
      think: 'low',
      keep_alive: '5m',
      options: { num_predict: 10, temperature: 0, num_ctx: 2048 },
    })
    const request: ChatRequest = {
      model: 'gpt-oss',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'look' },
            { type: 'media', kind: 'image', source: { from: 'base64', data: 'AQID' } },
          ],
        },
        { role: 'assistant', content: [{ type: 'tool-call', id: 'ollama_call_1', name: 'f', arguments: '{"a":1}' }] },
        { role: 'tool', toolCallId: 'ollama_call_1', content: [{ type: 'text', text: 'done' }] },
      ],
      isStreaming: false,
      wantsStreamUsage: true,
      tools: [{ type: 'function', name: 'f', description: 'd', parameters: { type: 'object', properties: {} } }],
      maxOutputTokens: 10,
      temperature: 0,
      responseFormat: { type: 'json-schema', name: 'response', schema: { type: 'object' } },
      reasoning: { effort: 'low' },
      extensions: { protocol: 'ollama', fields: { keep_alive: '5m', 'options.num_ctx': 2048 } },
    }
    expect(ollamaChat.readRequest(parseObject(sent()) ?? {})).toEqual(request)
  })
})

/** The vendor's own client, whose server answers with these bytes in pieces of 7. */
function clientOf(body: string, status = 200): { readonly client: Ollama; readonly sent: () => string } {
  let sent = ''
  const bytes = new TextEncoder().encode(body)
  const fetchStub: typeof fetch = async (_, init) => {
    sent = String(init?.body)
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let start = 0; start < bytes.length; start += 7) controller.enqueue(bytes.slice(start, start + 7))
        controller.close()
      },
    })
    return new Response(pieces, { status, headers: { 'content-type': status === 200 ? 'application/x-ndjson' : 'application/json' } })
  }
  return { client: new Ollama({ host: 'http://ollama.test', fetch: fetchStub }), sent: () => sent }
}
