import Anthropic from '@anthropic-ai/sdk'
import { GatewayError, usageFrom } from '@gateway/core'
import type { ChatEvent, ChatReply, JsonObject } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { openaiChat } from '../openai-chat/index.ts'
import { anthropicMessages, writeCountTokensReply } from './index.ts'

const ASKED = { model: 'claude-opus-5', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hi' }] }
const USAGE = usageFrom({ input: 30, cachedInput: 20, output: 9 }, 'provider')

const EVENTS: readonly ChatEvent[] = [
  { type: 'start', id: 'chatcmpl-1', model: 'gpt-5' },
  { type: 'reasoning-delta', choice: 0, text: 'Let me ' },
  { type: 'reasoning-delta', choice: 0, text: 'think' },
  { type: 'reasoning-signature', choice: 0, signature: 'EqoD' },
  { type: 'text-delta', choice: 0, text: 'I will ' },
  { type: 'text-delta', choice: 0, text: 'look – ok 🙂' },
  { type: 'tool-call-start', choice: 0, call: 0, id: 'call_a', name: 'weather' },
  { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{"city":' },
  { type: 'tool-call-delta', choice: 0, call: 0, arguments: '"Sydney"}' },
  { type: 'tool-call-start', choice: 0, call: 1, id: 'call_b', name: 'time' },
  { type: 'tool-call-delta', choice: 0, call: 1, arguments: '{}' },
  { type: 'finish', choice: 0, reason: 'tool-calls' },
  { type: 'usage', usage: USAGE },
  { type: 'end' },
]

const CONTENT = [
  { type: 'thinking', thinking: 'Let me think', signature: 'EqoD' },
  { type: 'text', text: 'I will look – ok 🙂' },
  { type: 'tool_use', id: 'call_a', name: 'weather', input: { city: 'Sydney' } },
  { type: 'tool_use', id: 'call_b', name: 'time', input: {} },
]

describe('the vendor’s SDK', () => {
  it('understands a reply', async () => {
    const reply: ChatReply = {
      id: 'chatcmpl-1',
      model: 'gpt-5',
      choices: [
        {
          index: 0,
          finishReason: 'tool-calls',
          content: [
            { type: 'reasoning', text: 'Let me think', signature: 'EqoD' },
            { type: 'text', text: 'I will look – ok 🙂' },
            { type: 'tool-call', id: 'call_a', name: 'weather', arguments: '{"city":"Sydney"}' },
            { type: 'tool-call', id: 'call_b', name: 'time', arguments: '{}' },
          ],
        },
      ],
      usage: USAGE,
    }
    const message = await clientOf(json(anthropicMessages.writeReply(reply).value)).messages.create(ASKED)
    expect(message).toMatchObject({ id: 'chatcmpl-1', role: 'assistant', stop_reason: 'tool_use', content: CONTENT })
    expect(message.usage).toMatchObject({ input_tokens: 10, cache_read_input_tokens: 20, output_tokens: 9 })
  })

  it('makes the same message of a stream', async () => {
    const texts: string[] = []
    const thoughts: string[] = []
    const stream = clientOf(sse(EVENTS)).messages.stream(ASKED)
    stream.on('text', (text) => texts.push(text)).on('thinking', (thought) => thoughts.push(thought))
    const message = await stream.finalMessage()
    expect(message).toMatchObject({ id: 'chatcmpl-1', stop_reason: 'tool_use', content: CONTENT })
    expect(message.usage).toMatchObject({ input_tokens: 10, cache_read_input_tokens: 20, output_tokens: 9 })
    expect(texts).toEqual(['I will ', 'look – ok 🙂'])
    expect(thoughts).toEqual(['Let me ', 'think'])
  })

  it('gets each event of a stream under its name and in its order', async () => {
    const types: string[] = []
    for await (const event of await clientOf(sse(EVENTS)).messages.create({ ...ASKED, stream: true })) types.push(event.type)
    const block = (deltas: number) => ['content_block_start', ...Array<string>(deltas).fill('content_block_delta'), 'content_block_stop']
    expect(types).toEqual(['message_start', ...block(3), ...block(2), ...block(2), ...block(1), 'message_delta', 'message_stop'])
  })

  it('understands a stream that came from OpenAI', async () => {
    const chunk = (fields: JsonObject) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-5', ...fields })}\n\n`
    const delta = (value: JsonObject, reason: string | null = null) =>
      chunk({ choices: [{ index: 0, delta: value, finish_reason: reason }] })
    const call = (index: number, fields: JsonObject) => delta({ tool_calls: [{ index, ...fields }] })
    const text = [
      delta({ role: 'assistant', content: 'Hm' }),
      call(0, { id: 'a', type: 'function', function: { name: 'f', arguments: '' } }),
      call(0, { function: { arguments: '{"x":1}' } }),
      call(1, { id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } }),
      delta({}, 'tool_calls'),
      chunk({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 } }),
      'data: [DONE]\n\n',
    ].join('')
    const { events } = openaiChat.readStream({ stripUsage: false }).read(new TextEncoder().encode(text))
    const message = await clientOf(sse(events)).messages.stream(ASKED).finalMessage()
    expect(message).toMatchObject({
      stop_reason: 'tool_use',
      usage: { input_tokens: 5, output_tokens: 3 },
      content: [
        { type: 'text', text: 'Hm' },
        { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
        { type: 'tool_use', id: 'b', name: 'g', input: {} },
      ],
    })
  })

  it('sends back what it was given, thoughts of another vendor included', async () => {
    const sealed: readonly ChatEvent[] = [
      { type: 'start', id: 'r', model: 'gpt-5' },
      { type: 'reasoning-delta', choice: 0, text: 'Hm' },
      { type: 'reasoning-signature', choice: 0, id: 'rs_1', encrypted: 'gAAA' },
      { type: 'tool-call-start', choice: 0, call: 0, id: 'call_a', name: 'f', signature: 'sig' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{}' },
      { type: 'finish', choice: 0, reason: 'tool-calls' },
      { type: 'end' },
    ]
    const { content } = await clientOf(sse(sealed)).messages.stream(ASKED).finalMessage()
    const bodies: string[] = []
    const messages = [...ASKED.messages, { role: 'assistant' as const, content }]
    await clientOf(sse(EVENTS), bodies)
      .messages.stream({ ...ASKED, messages })
      .finalMessage()
    const request = anthropicMessages.readRequest(JSON.parse(bodies[0] ?? ''))
    expect(request.messages[1]?.content).toEqual([
      { type: 'reasoning', text: 'Hm', id: 'rs_1', encrypted: 'gAAA' },
      { type: 'tool-call', id: 'call_a', name: 'f', arguments: '{}', signature: 'sig' },
    ])
  })

  it('raises an error in the middle of a stream', async () => {
    const writer = anthropicMessages.writeStream({ wantsUsage: true })
    const text = EVENTS.slice(0, 6)
      .map((event) => writer.write(event))
      .join('')
    const failed = text + writer.fail(new GatewayError('stream-interrupted', 'The answer broke off.'), 502)
    const stream = clientOf(new Response(failed, { headers: { 'content-type': 'text/event-stream' } })).messages.stream(ASKED)
    await expect(stream.finalMessage()).rejects.toMatchObject({ type: 'api_error', apiMessage: 'The answer broke off.' })
  })

  it.each([
    [400, 'invalid-request', Anthropic.BadRequestError, 'invalid_request_error'],
    [401, 'unauthenticated', Anthropic.AuthenticationError, 'authentication_error'],
    [404, 'model-not-found', Anthropic.NotFoundError, 'not_found_error'],
    [429, 'rate-limited', Anthropic.RateLimitError, 'rate_limit_error'],
    [503, 'all-endpoints-failed', Anthropic.InternalServerError, 'api_error'],
  ] as const)('raises %i as the right class', async (status, code, ...[kind, type]) => {
    const body = anthropicMessages.writeError(new GatewayError(code, 'What to do.'), status)
    const error: unknown = await clientOf(json(body, status))
      .messages.create(ASKED)
      .catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(kind)
    expect(error).toMatchObject({ type, apiMessage: 'What to do.', errorCode: code.replaceAll('-', '_') })
  })

  it('understands a count of tokens', async () => {
    const count = await clientOf(json(writeCountTokensReply(7))).messages.countTokens({ model: 'm', messages: ASKED.messages })
    expect(count.input_tokens).toBe(7)
  })

  it('writes requests that are read', async () => {
    const bodies: string[] = []
    await clientOf(sse(EVENTS), bodies)
      .messages.stream({
        ...ASKED,
        system: [{ type: 'text', text: 'S', cache_control: { type: 'ephemeral' } }],
        thinking: { type: 'adaptive' },
        output_config: { effort: 'high' },
        tools: [
          { name: 'f', input_schema: { type: 'object' } },
          { type: 'web_search_20250305', name: 'web_search' },
        ],
        tool_choice: { type: 'any', disable_parallel_tool_use: true },
        metadata: { user_id: 'u' },
      })
      .finalMessage()
    expect(anthropicMessages.readRequest(JSON.parse(bodies[0] ?? ''))).toEqual({
      model: 'claude-opus-5',
      maxOutputTokens: 100,
      isStreaming: true,
      wantsStreamUsage: true,
      wantsEncryptedReasoning: true,
      messages: [
        {
          role: 'system',
          content: [{ type: 'text', text: 'S', extras: { 'anthropic-messages': { cache_control: { type: 'ephemeral' } } } }],
        },
        { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      ],
      tools: [
        { type: 'function', name: 'f', parameters: { type: 'object' } },
        { type: 'opaque', protocol: 'anthropic-messages', value: { type: 'web_search_20250305', name: 'web_search' } },
      ],
      toolChoice: { type: 'required' },
      parallelToolCalls: false,
      reasoning: { effort: 'high' },
      user: 'u',
    })
  })
})

/** The SDK itself, with a network that gives this answer. `bodies` gets what was sent. */
function clientOf(response: Response, bodies: string[] = []): Anthropic {
  return new Anthropic({
    apiKey: 'test',
    maxRetries: 0,
    fetch: async (_, init) => {
      bodies.push(String(init?.body))
      return response
    },
  })
}

function json(body: JsonObject, status: number = 200): Response {
  return Response.json(body, { status })
}

function sse(events: readonly ChatEvent[]): Response {
  const writer = anthropicMessages.writeStream({ wantsUsage: true })
  const bytes = new TextEncoder().encode(events.map((event) => writer.write(event)).join(''))
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let start = 0; start < bytes.length; start += 7) controller.enqueue(bytes.subarray(start, start + 7))
      controller.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}
