import { GatewayError } from '@gateway/core'
import type { ChatRequest, JsonObject, Message, WireRequest } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { parseObject } from '../json-fields.ts'
import { ollamaChat } from './index.ts'

const HELLO: Message = { role: 'user', content: [{ type: 'text', text: 'Hi' }] }
const PLAIN: ChatRequest = { model: 'm', messages: [HELLO], isStreaming: false }

describe('openRequest', () => {
  it('streams unless it is told not to', () => {
    expect(open({}).isStreaming).toBe(true)
    expect(open({ stream: null }).isStreaming).toBe(true)
    expect(open({ stream: false }).isStreaming).toBe(false)
  })

  it('takes a limit for a limit, and -1 for none', () => {
    expect(open({ options: { num_predict: 5 } }).size.maxOutputTokens).toBe(5)
    expect(open({ options: { num_predict: -1 } }).size.maxOutputTokens).toBeNull()
  })

  it.each([
    [{ model: 5 }, 'model', 'model: expected a model name, found a number'],
    [{ model: null }, 'model', 'model: expected a model name, found null'],
    [{ messages: [] }, 'messages', 'messages: expected at least one message, found an empty array'],
    [{ messages: ['a'] }, 'messages[0]', 'messages[0]: expected an object, found a string'],
    [{ stream: 'yes' }, 'stream', 'stream: expected a boolean, found a string'],
    [{ options: { num_predict: 1.5 } }, 'options.num_predict', 'options.num_predict: expected an integer, found 1.5'],
    [{ options: [] }, 'options', 'options: expected an object, found an empty array'],
    [{ Model: 'other' }, 'Model', 'Model: expected the field to be written model, found a string'],
    [
      { api_base: 'http://a' },
      'api_base',
      'api_base: expected no such field, since the gateway decides where a request goes, found a string',
    ],
  ])('refuses %j', (fields, param, message) => {
    expect(() => open(fields)).toThrow(expect.objectContaining({ code: 'invalid-request', param, message }))
  })
})

describe('readRequest', () => {
  it('gives calls without ids the same ids at each reading, and their answers with them', () => {
    const messages = [
      call('f', { a: 1 }),
      call('g', {}),
      { role: 'tool', tool_name: 'g', content: 'G' },
      { role: 'tool', tool_name: 'f', content: 'F' },
      { role: 'tool', content: 'late' },
    ]
    const request = read({ messages })
    expect(read({ messages })).toEqual(request)
    expect(idsOf(request)).toEqual(['ollama_call_1', 'ollama_call_2', 'ollama_call_2', 'ollama_call_1', 'ollama_call_3'])
  })

  it('answers the first waiting call where nobody is named', () => {
    const messages = [call('f', {}), call('f', {}), { role: 'tool', content: 'a' }, { role: 'tool', content: 'b' }]
    expect(idsOf(read({ messages }))).toEqual(['ollama_call_1', 'ollama_call_2', 'ollama_call_1', 'ollama_call_2'])
  })

  it('keeps the name of an answer whose call it does not know', () => {
    const messages = [{ role: 'tool', tool_name: 'f', content: 'a' }]
    expect(read({ messages }).messages[0]).toMatchObject({ toolCallId: 'ollama_call_1', extras: { ollama: { tool_name: 'f' } } })
    expect(ollamaChat.writeRequest(read({ messages })).value.messages).toMatchObject([{ role: 'tool', tool_name: 'f', content: 'a' }])
  })

  it('takes arguments that a client sends as text', () => {
    const messages = [{ role: 'assistant', tool_calls: [{ function: { name: 'f', arguments: '{"a": 1}' } }] }]
    expect(read({ messages }).messages[0]).toMatchObject({ content: [{ arguments: '{"a": 1}' }] })
  })

  it('carries what the language has no word for under the place where it stood', () => {
    const request = read({ options: { num_ctx: 4096, seed: 1 }, keep_alive: 0, format: '' })
    expect(request).toMatchObject({ seed: 1, extensions: { protocol: 'ollama', fields: { 'options.num_ctx': 4096, keep_alive: 0 } } })
    expect(request.responseFormat).toBeUndefined()
    expect(ollamaChat.writeRequest(request).value).toMatchObject({ options: { num_ctx: 4096, seed: 1 }, keep_alive: 0 })
  })

  it.each([
    [{ messages: [{ role: 'control', content: 'a' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: ['a'] }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: 'a', images: [1] }] }, 'messages[0].images[0]'],
    [{ messages: [{ role: 'assistant', tool_calls: [{ function: {} }] }] }, 'messages[0].tool_calls[0].function.name'],
    [
      { messages: [{ role: 'assistant', tool_calls: [{ function: { name: 'f', arguments: 5 } }] }] },
      'messages[0].tool_calls[0].function.arguments',
    ],
    [{ tools: [5] }, 'tools[0]'],
    [{ think: 5 }, 'think'],
    [{ options: { stop: 'a' } }, 'options.stop'],
    [{ options: { temperature: 'warm' } }, 'options.temperature'],
  ])('refuses %j', (fields, param) => {
    expect(() => read(fields)).toThrow(expect.objectContaining({ code: 'invalid-request', param }))
  })

  it('reads arguments however deep, or refuses them', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const body = `{"model":"m","messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{"a":${deep}}}}]}]}`
    // Some engines write what others find too deep.
    expect([`{"a":${deep}}`, 'invalid-request']).toContain(argumentsOrCode(parseObject(body) ?? {}))
  })
})

describe('writeRequest', () => {
  it('says that nothing is to be streamed, since silence would mean that it is', () => {
    expect(ollamaChat.writeRequest(PLAIN)).toEqual({
      value: { model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream: false },
      warnings: [],
    })
  })

  it('names the function that an answer is for', () => {
    const messages: readonly Message[] = [
      { role: 'assistant', content: [{ type: 'tool-call', id: 'x', name: 'f', arguments: '' }] },
      {
        role: 'tool',
        toolCallId: 'x',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
    ]
    expect(write({ messages }).value.messages).toEqual([
      { role: 'assistant', content: '', tool_calls: [{ id: 'x', function: { name: 'f', arguments: {} } }] },
      { role: 'tool', content: 'a\nb', tool_name: 'f', tool_call_id: 'x' },
    ])
  })

  it.each([
    ['low', 'gpt-oss:20b', ['low']],
    ['minimal', 'gpt-oss:20b', ['low', 'emulated:reasoning.effort']],
    ['high', 'qwen3', [true, 'emulated:reasoning.effort']],
    ['none', 'qwen3', [false]],
  ])('thinks with effort %s in %s as %j', (effort, model, outcome) => {
    const written = write({ model, reasoning: { effort } })
    expect([written.value.think, ...warningsOf(written)]).toEqual(outcome)
  })

  it('turns a budget of thoughts on or off', () => {
    expect(write({ reasoning: { budgetTokens: 0 } }).value.think).toBe(false)
    expect(warningsOf(write({ reasoning: { budgetTokens: 1000 } }))).toEqual(['emulated:reasoning.budget_tokens'])
    const both = write({ model: 'gpt-oss', reasoning: { budgetTokens: 1000, effort: 'low' } })
    expect([both.value.think, ...warningsOf(both)]).toEqual(['low', 'dropped:reasoning.budget_tokens'])
    expect(write({ reasoning: { isShown: false } }).value).not.toHaveProperty('think')
  })

  it('does not tell the model of tools that it may not use', () => {
    const tools = [{ type: 'function', name: 'f' }] as const
    const written = write({ tools, toolChoice: { type: 'none' } })
    expect(written.value).not.toHaveProperty('tools')
    expect(warningsOf(written)).toEqual(['emulated:tool_choice'])
    expect(warningsOf(write({ tools, toolChoice: { type: 'required' } }))).toEqual(['dropped:tool_choice'])
    expect(warningsOf(write({ tools, toolChoice: { type: 'auto' } }))).toEqual([])
  })

  it('reports all that it cannot say', () => {
    const written = write({
      messages: [
        { role: 'developer', name: 'd', content: [] },
        {
          role: 'user',
          content: [
            { type: 'media', kind: 'image', source: { from: 'url', url: 'https://a/b.png' } },
            { type: 'media', kind: 'image', detail: 'high', mediaType: 'image/png', source: { from: 'base64', data: 'aa' } },
            { type: 'media', kind: 'audio', source: { from: 'base64', data: 'aa' } },
            { type: 'opaque', protocol: 'gemini', value: { type: 'video' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 't', signature: 's', encrypted: 'e' },
            { type: 'refusal', text: 'no' },
            { type: 'tool-call', id: 'x', name: 'f', arguments: 'not json' },
          ],
        },
        { role: 'tool', toolCallId: 'y', content: [], isError: true },
      ],
      tools: [
        { type: 'function', name: 'f', strict: true },
        { type: 'opaque', protocol: 'gemini', value: { googleSearch: {} } },
      ],
      choiceCount: 2,
      logitBias: {},
      user: 'u',
      metadata: {},
      parallelToolCalls: false,
      responseFormat: { type: 'json-schema', name: 'n', description: 'd' },
      extensions: { protocol: 'openai-chat', fields: { store: true, num_gpu: 1 } },
    })
    expect(warningsOf(written).toSorted()).toEqual(
      [
        ...['audio', 'detail', 'encrypted_reasoning', 'image', 'is_error', 'logit_bias', 'metadata', 'n', 'name', 'num_gpu'],
        ...['parallel_tool_calls', 'response_format.description', 'signature', 'store', 'tools.gemini', 'tools.strict', 'user', 'video'],
      ]
        .map((field) => `dropped:${field}`)
        .concat(['emulated:arguments', 'emulated:refusal', 'emulated:response_format', 'renamed:messages.developer']),
    )
    expect(written.value).not.toHaveProperty('num_gpu')
    expect(written.value).toMatchObject({
      format: 'json',
      messages: [
        { role: 'system', content: '' },
        { role: 'user', content: '', images: ['aa'] },
        { role: 'assistant', content: 'no', thinking: 't', tool_calls: [{ function: { arguments: { input: 'not json' } } }] },
        { role: 'tool', content: '', tool_call_id: 'y' },
      ],
    })
  })
})

describe('passRequest', () => {
  it('passes the very bytes, or changes the model alone', () => {
    const wire = wireOf({ model: 'a', messages: [{ role: 'user', content: 'é' }], keep_alive: -1, mystery: [1.5] })
    expect(ollamaChat.passRequest(wire, { model: 'a', canAskForUsage: true })).toBe(wire.bytes)
    expect(ollamaChat.passRequest(wire, { model: 'b', canAskForUsage: false })).toBe(wire.text.replace('"a"', '"b"'))
  })
})

function wireOf(json: JsonObject): WireRequest {
  const text = JSON.stringify(json)
  return { protocol: 'ollama', json, text, bytes: new TextEncoder().encode(text) }
}

function open(fields: JsonObject) {
  return ollamaChat.openRequest(wireOf({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...fields }))
}

function read(fields: JsonObject): ChatRequest {
  return ollamaChat.readRequest({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...fields })
}

function write(fields: Partial<ChatRequest>) {
  return ollamaChat.writeRequest({ ...PLAIN, ...fields })
}

function warningsOf({ warnings }: ReturnType<typeof write>): readonly string[] {
  return warnings.map(({ change, field }) => `${change}:${field}`)
}

function call(name: string, input: JsonObject): JsonObject {
  return { role: 'assistant', content: '', tool_calls: [{ function: { name, arguments: input } }] }
}

function idsOf({ messages }: ChatRequest): readonly string[] {
  return messages.flatMap((message) => {
    if (message.role === 'tool') return [message.toolCallId]
    return message.role === 'assistant' ? message.content.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])) : []
  })
}

function argumentsOrCode(body: JsonObject): string | undefined {
  try {
    const [message] = ollamaChat.readRequest(body).messages
    const [part] = message?.role === 'assistant' ? message.content : []
    return part?.type === 'tool-call' ? part.arguments : undefined
  } catch (error) {
    return error instanceof GatewayError ? error.code : undefined
  }
}
