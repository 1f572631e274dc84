import type { ChatRequest, JsonObject, Message, WireRequest } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { workersAi } from './index.ts'

const OLD = '@cf/meta/llama-3.3-70b-instruct-fp8-fast'
const NEW = '@cf/moonshotai/kimi-k2.6'
const HELLO: Message = { role: 'user', content: [{ type: 'text', text: 'Hi' }] }
const WIRE_HELLO: JsonObject = { role: 'user', content: 'Hi' }

describe('openRequest', () => {
  it('takes the model from the URL, and streaming and counts from the input', () => {
    const opened = open({ messages: [WIRE_HELLO], stream: true, max_tokens: 5, n: 2 }, NEW)
    expect(opened).toMatchObject({
      operation: 'chat',
      model: NEW,
      isStreaming: true,
      wantsStreamUsage: false,
      size: { maxOutputTokens: 5, choiceCount: 2 },
    })
    expect(opened.chat()).toEqual({ model: NEW, messages: [HELLO], isStreaming: true, maxOutputTokens: 5, choiceCount: 2 })
  })

  it('knows which models tell their usage unasked', () => {
    expect(open({ prompt: 'Hi', stream: true }, OLD).wantsStreamUsage).toBe(true)
    expect(open({ prompt: 'Hi', stream: true, stream_options: { include_usage: true } }, NEW).wantsStreamUsage).toBe(true)
  })

  it.each([
    [{}, 'messages', 'messages: expected an array, found nothing'],
    [{ messages: [] }, 'messages', 'messages: expected at least one message, found an empty array'],
    [{ messages: 'Hi' }, 'messages', 'messages: expected an array, found a string'],
    [{ prompt: 5 }, 'prompt', 'prompt: expected a string, found a number'],
    [{ prompt: 'Hi', max_tokens: 0 }, 'max_tokens', 'max_tokens: expected a positive integer, found 0'],
    [{ prompt: 'Hi', stream: 1 }, 'stream', 'stream: expected a boolean, found a number'],
    [
      { prompt: 'Hi', base_url: 'a' },
      'base_url',
      'base_url: expected no such field, since the gateway decides where a request goes, found a string',
    ],
  ])('refuses %j', (body, param, message) => {
    expect(() => open(body, OLD)).toThrow(expect.objectContaining({ code: 'invalid-request', param, message }))
  })

  it('refuses a request that names no model', () => {
    const wire = wireOf({ prompt: 'Hi' })
    expect(() => workersAi.openRequest(wire)).toThrow(expect.objectContaining({ param: 'model' }))
  })
})

describe('readRequest', () => {
  it('reads a bare prompt as what the user says', () => {
    expect(read({ prompt: 'Hi', raw: true, lora: 'x' })).toEqual({
      model: OLD,
      messages: [HELLO],
      isStreaming: false,
      wantsStreamUsage: true,
      extensions: { protocol: 'workers-ai', fields: { raw: true, lora: 'x' } },
    })
  })

  it('reads what gpt-oss takes of the Responses API', () => {
    const body = { instructions: 'Be brief', input: 'Hi', reasoning: { effort: 'low' }, max_output_tokens: 9, stream: true }
    const opened = open(body, '@cf/openai/gpt-oss-120b')
    expect(opened).toMatchObject({ wantsStreamUsage: true, size: { maxOutputTokens: 9 } })
    expect(opened.chat()).toMatchObject({
      model: '@cf/openai/gpt-oss-120b',
      messages: [{ role: 'system', content: [{ type: 'text', text: 'Be brief' }] }, HELLO],
      isStreaming: true,
      maxOutputTokens: 9,
      reasoning: { effort: 'low' },
    })
  })

  it('reads flat tools, flat calls and calls without ids', () => {
    const request = read({
      messages: [
        { role: 'assistant', content: null, tool_calls: [{ name: 'f', arguments: { a: 1 } }] },
        { role: 'tool', name: 'f', content: 'done' },
      ],
      tools: [{ name: 'f', description: 'd', parameters: { type: 'object' } }],
    })
    expect(request.tools).toEqual([{ type: 'function', name: 'f', description: 'd', parameters: { type: 'object' } }])
    expect(request.messages).toEqual([
      { role: 'assistant', content: [{ type: 'tool-call', id: 'workers_ai_call_1', name: 'f', arguments: '{"a":1}' }] },
      { role: 'tool', toolCallId: 'workers_ai_call_1', content: [{ type: 'text', text: 'done' }] },
    ])
  })

  it('takes a schema that stands alone, and one in an envelope', () => {
    const schema = { type: 'object', properties: { name: { type: 'string' } } }
    const alone = read({ prompt: 'Hi', response_format: { type: 'json_schema', json_schema: schema } })
    expect(alone.responseFormat).toEqual({ type: 'json-schema', name: 'response', schema })
    const named = { name: 'a keyword of nobody', ...schema }
    expect(read({ prompt: 'Hi', response_format: { type: 'json_schema', json_schema: named } }).responseFormat).toMatchObject({
      schema: named,
    })
    const enveloped = read({ prompt: 'Hi', response_format: { type: 'json_schema', json_schema: { name: 'n', schema, strict: true } } })
    expect(enveloped.responseFormat).toEqual({ type: 'json-schema', name: 'n', schema, strict: true })
  })

  it.each([
    [{ messages: [{ role: 'oracle', content: 'a' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [5] }] }, 'messages[0].content[0]'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages[0].content[0].text'],
    [{ messages: [{ role: 'assistant', tool_calls: [{}] }] }, 'messages[0].tool_calls[0].function'],
    [{ prompt: 'Hi', tools: [1] }, 'tools[0]'],
    [{ prompt: 'Hi', temperature: 'warm' }, 'temperature'],
  ])('refuses %j', (body, param) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'invalid-request', param }))
  })
})

describe('writeRequest', () => {
  const conversation: readonly Message[] = [
    {
      role: 'developer',
      content: [
        { type: 'text', text: 'Be' },
        { type: 'text', text: 'brief' },
      ],
    },
    HELLO,
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'hm' },
        { type: 'tool-call', id: 'x', name: 'f', arguments: '{"a":1}' },
      ],
    },
    { role: 'tool', toolCallId: 'x', content: [{ type: 'text', text: 'done' }] },
  ]
  const called = { id: 'x', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }

  it('writes content that is never null, texts joined, and the name of the function that is answered', () => {
    const written = write({ model: NEW, messages: conversation })
    expect(written.value.messages).toEqual([
      { role: 'system', content: 'Be\nbrief' },
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: '', reasoning_content: 'hm', tool_calls: [called] },
      { role: 'tool', tool_call_id: 'x', name: 'f', content: 'done' },
    ])
    expect(warningsOf(written)).toEqual(['renamed:messages.developer'])
  })

  it('leaves thoughts out for a model that cannot take them back', () => {
    const written = write({ model: OLD, messages: conversation })
    expect(written.value.messages).toContainEqual({ role: 'assistant', content: '', tool_calls: [called] })
    expect(warningsOf(written)).toEqual(['renamed:messages.developer', 'dropped:reasoning'])
  })

  it('shows images as parts', () => {
    const image = { type: 'media', kind: 'image', mediaType: 'image/png', source: { from: 'base64', data: 'aa' } } as const
    const written = write({ messages: [{ role: 'user', content: [...HELLO.content, image] }] })
    expect(written.value.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,aa' } },
        ],
      },
    ])
  })

  it('gives the first models what the schema before them wants, and emulates the choice of a tool', () => {
    const tools = [
      { type: 'function', name: 'f', strict: true },
      { type: 'function', name: 'g' },
    ] as const
    const written = write({ model: OLD, tools, toolChoice: { type: 'function', name: 'f' } })
    expect(written.value).toMatchObject({
      tools: [{ type: 'function', function: { name: 'f', description: '', parameters: { type: 'object', properties: {} } } }],
      tool_choice: 'required',
    })
    expect(warningsOf(written)).toEqual(['emulated:tool_choice', 'dropped:tools.strict'])
    const plain = write({ model: NEW, tools, toolChoice: { type: 'function', name: 'f' } })
    expect(plain.value).toMatchObject({
      tools: [{ function: { name: 'f', strict: true } }, { function: { name: 'g' } }],
      tool_choice: { type: 'function', function: { name: 'f' } },
    })
    expect(plain.warnings).toEqual([])
  })

  it('reports to a client of the first models what they would not notice', () => {
    const written = write({
      model: OLD,
      stop: ['a'],
      choiceCount: 2,
      parallelToolCalls: false,
      logprobs: {},
      logitBias: {},
      user: 'u',
      metadata: {},
      reasoning: { effort: 'low', budgetTokens: 5 },
      responseFormat: { type: 'json-schema', name: 'n', strict: true, description: 'd' },
      extensions: { protocol: 'openai-chat', fields: { store: true } },
    })
    expect(warningsOf(written).toSorted()).toEqual(
      [
        ...['logit_bias', 'logprobs', 'metadata', 'n', 'parallel_tool_calls', 'reasoning.budget_tokens', 'reasoning.effort'],
        ...['response_format.description', 'response_format.strict', 'stop', 'store', 'user'],
      ]
        .map((field) => `dropped:${field}`)
        .concat('emulated:response_format'),
    )
    expect(Object.keys(written.value).toSorted()).toEqual(['messages', 'response_format'])
  })

  it('asks newer models for usage in the stream, and the first ones for nothing', () => {
    expect(write({ model: NEW, isStreaming: true, wantsStreamUsage: true }).value.stream_options).toEqual({ include_usage: true })
    expect(write({ model: OLD, isStreaming: true, wantsStreamUsage: true }).value).not.toHaveProperty('stream_options')
  })

  it.each([
    ['none', NEW, ['none']],
    ['none', '@cf/openai/gpt-oss-20b', ['low', 'emulated:reasoning.effort']],
    ['minimal', NEW, ['low', 'emulated:reasoning.effort']],
    ['max', NEW, ['high', 'emulated:reasoning.effort']],
  ])('thinks with effort %s in %s as %j', (effort, model, outcome) => {
    const written = write({ model, reasoning: { effort } })
    expect([written.value.reasoning_effort, ...warningsOf(written)]).toEqual(outcome)
  })

  it('drops what only other vendors could find', () => {
    const written = write({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'media', kind: 'file', source: { from: 'id', id: 'f' } },
            { type: 'media', kind: 'audio', source: { from: 'base64', data: 'aa' } },
            { type: 'opaque', protocol: 'gemini', value: { fileData: {} } },
          ],
        },
        { role: 'tool', toolCallId: 'x', content: [], isError: true },
      ],
      tools: [{ type: 'opaque', protocol: 'gemini', value: { type: 'googleSearch' } }],
      toolChoice: { type: 'opaque', protocol: 'gemini', value: {} },
      topK: 5,
    })
    expect(warningsOf(written).toSorted()).toEqual(
      ['audio', 'file', 'gemini', 'is_error', 'tool_choice', 'tools.googleSearch', 'top_k'].map((field) => `dropped:${field}`),
    )
  })
})

describe('passRequest', () => {
  const target = { model: NEW, canAskForUsage: true }

  it('passes the very bytes where nothing is to be asked', () => {
    const wire = wireOf({ messages: [WIRE_HELLO], lora: 'x' }, NEW)
    expect(workersAi.passRequest(wire, target)).toBe(wire.bytes)
    const streaming = wireOf({ prompt: 'é', stream: true }, OLD)
    expect(workersAi.passRequest(streaming, { ...target, model: OLD })).toBe(streaming.bytes)
  })

  it('asks a newer model for usage, and names the model where the input does', () => {
    const wire = wireOf({ model: 'a', messages: [WIRE_HELLO], stream: true }, NEW)
    expect(workersAi.passRequest(wire, target)).toBe(
      `{"model":"${NEW}","messages":[{"role":"user","content":"Hi"}],"stream":true,"stream_options":{"include_usage":true}}`,
    )
    expect(workersAi.passRequest(wire, { ...target, canAskForUsage: false })).not.toContain('stream_options')
  })
})

function wireOf(json: JsonObject, model?: string): WireRequest {
  const text = JSON.stringify(json)
  const address = model === undefined ? {} : { address: { model, isStreaming: false } }
  return { protocol: 'workers-ai', json, text, bytes: new TextEncoder().encode(text), ...address }
}

function open(body: JsonObject, model: string) {
  return workersAi.openRequest(wireOf(body, model))
}

function read(body: JsonObject): ChatRequest {
  return open(body, OLD).chat()
}

function write(fields: Partial<ChatRequest>) {
  return workersAi.writeRequest({ model: NEW, messages: [HELLO], isStreaming: false, ...fields })
}

function warningsOf({ warnings }: ReturnType<typeof write>): readonly string[] {
  return warnings.map(({ change, field }) => `${change}:${field}`)
}
