import { GatewayError, isJsonObject } from '@gateway/core'
import type { ChatRequest, JsonObject, WireRequest } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { parseObject } from '../json-fields.ts'
import { openaiChat } from './index.ts'

const MESSAGES = [{ role: 'user', content: 'Hi' }]

describe('openRequest', () => {
  it('tells what routing needs', () => {
    const text = JSON.stringify({
      model: 'gpt-4o',
      messages: MESSAGES,
      stream: true,
      n: 2,
      max_tokens: 5,
      max_completion_tokens: 9,
      stream_options: { include_usage: true },
    })
    const opened = openaiChat.openRequest(wireOf(text))
    expect(opened).toMatchObject({ operation: 'chat', model: 'gpt-4o', isStreaming: true, wantsStreamUsage: true })
    expect(opened.size).toEqual({ inputTokens: Math.ceil(text.length / 4), maxOutputTokens: 9, choiceCount: 2 })
    expect(opened.chat()).toBe(opened.chat())
  })

  it('takes null for absent', () => {
    const opened = open({
      model: 'm',
      messages: MESSAGES,
      stream: null,
      n: null,
      max_tokens: null,
      stop: null,
      stream_options: null,
      temperature: null,
      tools: null,
    })
    expect(opened).toMatchObject({ isStreaming: false, wantsStreamUsage: false, size: { maxOutputTokens: null, choiceCount: 1 } })
    expect(opened.chat()).toEqual({ model: 'm', messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }], isStreaming: false })
  })

  it.each([
    [{ messages: MESSAGES }, 'model', 'model: expected a model name, found nothing'],
    [{ model: 7, messages: MESSAGES }, 'model', 'model: expected a model name, found a number'],
    [{ model: '', messages: MESSAGES }, 'model', 'model: expected a model name, found an empty string'],
    [{ model: 'x'.repeat(257), messages: MESSAGES }, 'model', 'model: expected a model name of at most 256 characters, found a string'],
    [{ model: 'm' }, 'messages', 'messages: expected an array, found nothing'],
    [{ model: 'm', messages: {} }, 'messages', 'messages: expected an array, found an object'],
    [{ model: 'm', messages: [] }, 'messages', 'messages: expected at least one message, found an empty array'],
    [{ model: 'm', messages: ['Hi'] }, 'messages[0]', 'messages[0]: expected an object, found a string'],
    [{ model: 'm', messages: [{ role: 5 }] }, 'messages[0].role', 'messages[0].role: expected a string, found a number'],
    [{ model: 'm', messages: MESSAGES, stream: 'yes' }, 'stream', 'stream: expected a boolean, found a string'],
    [{ model: 'm', messages: MESSAGES, n: 129 }, 'n', 'n: expected an integer from 1 to 128, found 129'],
    [{ model: 'm', messages: MESSAGES, n: 0 }, 'n', 'n: expected an integer from 1 to 128, found 0'],
    [{ model: 'm', messages: MESSAGES, n: 1.5 }, 'n', 'n: expected an integer from 1 to 128, found 1.5'],
    [{ model: 'm', messages: MESSAGES, max_tokens: -1 }, 'max_tokens', 'max_tokens: expected a positive integer, found -1'],
    [{ model: 'm', messages: MESSAGES, max_tokens: '10' }, 'max_tokens', 'max_tokens: expected a positive integer, found a string'],
    [
      { model: 'm', messages: MESSAGES, max_completion_tokens: 0.5 },
      'max_completion_tokens',
      'max_completion_tokens: expected a positive integer, found 0.5',
    ],
    [{ model: 'm', messages: MESSAGES, stop: 5 }, 'stop', 'stop: expected a string or an array of strings, found a number'],
    [{ model: 'm', messages: MESSAGES, stream_options: [] }, 'stream_options', 'stream_options: expected an object, found an empty array'],
  ])('refuses %o', (body, param, message) => {
    expect(() => open(body)).toThrow(expect.objectContaining({ code: 'invalid-request', param, message }))
  })

  it('refuses a number that JSON.parse takes for infinite', () => {
    expect(() => openaiChat.openRequest(wireOf('{"model":"m","messages":[{"role":"user"}],"max_tokens":1e999}'))).toThrow(
      /max_tokens: .*found Infinity/,
    )
  })

  it.each(['Model', 'MODEL', 'ſtream', 'Max_Tokens'])('refuses %s, which a server without regard to case would use', (key) => {
    expect(() => open({ model: 'm', messages: MESSAGES, [key]: 'x' })).toThrow(
      expect.objectContaining({ code: 'invalid-request', param: key }),
    )
  })

  it.each(['api_base', 'base_url', 'custom_host', 'api_key', 'organization', 'extra_headers'])('refuses %s', (key) => {
    expect(() => open({ model: 'm', messages: MESSAGES, [key]: 'x' })).toThrow(
      expect.objectContaining({ code: 'invalid-request', param: key }),
    )
  })

  it('lets the names of prototypes through without following them', () => {
    const opened = openaiChat.openRequest(
      wireOf('{"model":"__proto__","messages":[{"role":"user","content":"x"}],"__proto__":{"stream":true}}'),
    )
    expect(opened).toMatchObject({ model: '__proto__', isStreaming: false })
    expect(opened.chat()).not.toHaveProperty('stream')
    expect(Object.keys({})).toEqual([])
  })

  it('opens 100,000 messages in a moment', () => {
    const wire = wireOf(JSON.stringify({ model: 'm', messages: Array.from({ length: 100_000 }, () => MESSAGES[0]) }))
    const startedMs = performance.now()
    openaiChat.openRequest(wire)
    expect(performance.now() - startedMs).toBeLessThan(1000)
  })
})

describe('passRequest', () => {
  const plain = '{ "model" : "m", "messages":[{"role":"user","content":"Hi"}], "mystery": 1.0 }'

  it('gives the very bytes where nothing is to be changed', () => {
    const wire = wireOf(plain)
    expect(openaiChat.passRequest(wire, { model: 'm', canAskForUsage: true })).toBe(wire.bytes)
  })

  it('changes the model and no other byte', () => {
    expect(openaiChat.passRequest(wireOf(plain), { model: 'n', canAskForUsage: true })).toBe(plain.replace('"m"', '"n"'))
  })

  it.each([
    ['{"model":"m","stream":true}', true, '{"model":"m","stream":true,"stream_options":{"include_usage":true}}'],
    ['{"model":"m","stream":true,"stream_options":null}', true, '{"model":"m","stream":true,"stream_options":{"include_usage":true}}'],
    [
      '{"stream_options":{"include_obfuscation":false},"stream":true,"model":"m"}',
      true,
      '{"stream_options":{"include_obfuscation":false,"include_usage":true},"stream":true,"model":"m"}',
    ],
    [
      '{"model":"m","stream":true,"stream_options":{"include_usage":false}}',
      true,
      '{"model":"m","stream":true,"stream_options":{"include_usage":true}}',
    ],
    ['{"model":"m","stream":true,"stream_options":{"include_usage":true}}', false, '{"model":"m","stream":true}'],
  ])('of %s with usage %s makes %s', (text, canAskForUsage, expected) => {
    expect(openaiChat.passRequest(wireOf(text), { model: 'm', canAskForUsage })).toBe(expected)
  })

  it.each([
    ['{"model":"m","stream":true,"stream_options":{"include_usage":true}}', true],
    ['{"model":"m","stream":true}', false],
    ['{"model":"m","stream":false}', true],
    ['{"model":"m"}', true],
  ])('leaves %s alone', (text, canAskForUsage) => {
    const wire = wireOf(text)
    expect(openaiChat.passRequest(wire, { model: 'm', canAskForUsage })).toBe(wire.bytes)
  })

  it('sends what was checked where a key stands twice', () => {
    expect(openaiChat.passRequest(wireOf('{"model":"dear","model":"m"}'), { model: 'm', canAskForUsage: true })).toBe('{"model":"m"}')
  })

  it('refuses a doubtful body that is too deep for this runtime to be written anew', () => {
    const wire = wireOf(`{"model":"a","model":"m","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)
    expect(attempt(() => openaiChat.passRequest(wire, { model: 'm', canAskForUsage: true }))).toBe(
      attempt(() => JSON.stringify(wire.json)) ?? 'invalid-request',
    )
  })
})

describe('readRequest and writeRequest', () => {
  it.each([
    ['gemini-3-pro', true],
    ['google/gemini-3-flash', true],
    ['gpt-5.1', false],
  ])('tell %s what Google has signed: %s', (model, isTold) => {
    const call = { id: '1', type: 'function', function: { name: 'f', arguments: '{}' } }
    const signed = { ...call, extra_content: { google: { thought_signature: 's' } } }
    const request = openaiChat.readRequest({ model, messages: [{ role: 'assistant', content: null, tool_calls: [signed] }] })
    expect(request.messages[0]?.content).toEqual([{ type: 'tool-call', id: '1', name: 'f', arguments: '{}', signature: 's' }])
    const { value, warnings } = openaiChat.writeRequest(request)
    expect(value.messages).toEqual([{ role: 'assistant', content: null, tool_calls: [isTold ? signed : call] }])
    expect(warnings).toEqual(isTold ? [] : [{ change: 'dropped', field: 'signature' }])
  })

  it.each([
    [
      'a function call of old',
      [
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
        { role: 'function', name: 'f', content: '1' },
      ],
    ],
    ['an image by data URL', [user({ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } })]],
    [
      'an image by address',
      [user({ type: 'image_url', image_url: { url: 'https://host.example/a.png' }, cache_control: { type: 'ephemeral' } })],
    ],
    ['a data URL that is not base64', [user({ type: 'image_url', image_url: { url: 'data:image/svg+xml,%3Csvg/%3E' } })]],
    ['sound', [user({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } })]],
    ['a file by id', [user({ type: 'file', file: { file_id: 'file-1' } })]],
    ['a file by data', [user({ type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' } })]],
    ['a part that nobody knows', [user({ type: 'video_url', video_url: { url: 'https://host.example/a.mp4' } })]],
    ['an image with fields that nobody knows', [user({ type: 'image_url', image_url: { url: 'https://host.example/a', fps: 1 } })]],
    ['reasoning', [{ role: 'assistant', content: 'a', reasoning_content: 'b' }]],
    [
      'reasoning under its other name',
      [{ role: 'assistant', content: 'a', reasoning: 'b', reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] }],
    ],
    ['a refusal', [{ role: 'assistant', content: null, refusal: 'No.' }]],
    [
      'refusals as parts',
      [
        {
          role: 'assistant',
          content: [
            { type: 'refusal', refusal: 'No.' },
            { type: 'refusal', refusal: 'Never.' },
          ],
        },
      ],
    ],
    ['an earlier spoken answer', [{ role: 'assistant', content: '', audio: { id: 'audio_1' } }]],
    [
      'a custom call',
      [{ role: 'assistant', content: null, tool_calls: [{ id: '1', type: 'custom', custom: { name: 'sh', input: 'ls' } }] }],
    ],
    ['a name and a field that nobody knows', [{ role: 'assistant', content: 'a', name: 'Ann', prefix: true }]],
    ['an empty message', [{ role: 'user', content: '' }]],
    [
      'a tool result of parts',
      [
        {
          role: 'tool',
          tool_call_id: '1',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
      ],
    ],
  ])('keep %s', (_, messages) => {
    expect(rewritten({ model: 'm', messages })).toEqual({ model: 'm', messages })
  })

  it.each<JsonObject>([
    { max_tokens: 5 },
    { max_completion_tokens: 5 },
    { max_tokens: 5, max_completion_tokens: 6 },
    { stream: true, stream_options: { include_usage: true, include_obfuscation: false } },
    { stream: true, stream_options: { include_usage: false } },
    { response_format: { type: 'text' } },
    { response_format: { type: 'json_object' } },
    { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true, description: 'd' } } },
    { response_format: { type: 'grammar', grammar: 'root ::= "a"' } },
    { logprobs: true, top_logprobs: 3 },
    { logprobs: false },
    { tool_choice: 'required', parallel_tool_calls: false },
    { tool_choice: { type: 'function', function: { name: 'f' } } },
    { tool_choice: { type: 'custom', custom: { name: 'f' } } },
    { tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [] } } },
    { tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: {}, strict: true } }] },
    { tools: [{ type: 'function', function: { name: 'f', x: 1 }, cache_control: {} }] },
    { tools: [{ type: 'custom', custom: { name: 'sh' } }, { type: 'web_search' }] },
    { reasoning_effort: 'high', logit_bias: { 50256: -100 }, user: 'u', metadata: { a: 'b' }, seed: 1, n: 2 },
    { temperature: 0, top_p: 0.5, presence_penalty: -1, frequency_penalty: 1, stop: ['a', 'b'] },
    { store: true, prediction: { type: 'content', content: 'x' }, modalities: ['text', 'audio'], audio: { voice: 'v', format: 'wav' } },
    { service_tier: 'flex', verbosity: 'low', web_search_options: {}, prompt_cache_key: 'k', safety_identifier: 's', top_k: 5 },
  ])('keep %o', (fields) => {
    const body = { model: 'm', messages: MESSAGES, ...fields }
    expect(rewritten(body)).toEqual(body)
  })

  it('names the limit as the target wants it where the client did not say it in this protocol', () => {
    const request: ChatRequest = { ...openaiChat.readRequest({ model: 'm', messages: MESSAGES }), maxOutputTokens: 5 }
    expect(openaiChat.writeRequest(request).value).toMatchObject({ max_tokens: 5 })
    for (const model of ['o3-mini', 'gpt-5-nano', 'openai/gpt-5']) {
      expect(openaiChat.writeRequest({ ...request, model }).value).toMatchObject({ max_completion_tokens: 5 })
    }
  })

  it('reports what this protocol cannot say', () => {
    const { value, warnings } = openaiChat.writeRequest({
      model: 'm',
      isStreaming: false,
      messages: [
        {
          role: 'system',
          content: [{ type: 'text', text: 'S', extras: { 'anthropic-messages': { cache_control: { type: 'ephemeral' } } } }],
        },
        {
          role: 'user',
          content: [
            { type: 'opaque', protocol: 'anthropic-messages', value: { type: 'search_result' } },
            { type: 'media', kind: 'video', source: { from: 'url', url: 'https://host.example/v' } },
            { type: 'text', text: 'U' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'R', signature: 'sig', encrypted: 'enc' },
            { type: 'tool-call', id: '1', name: 'f', arguments: '{}', signature: 'sig' },
          ],
        },
        { role: 'tool', toolCallId: '1', content: [{ type: 'text', text: 'T' }], isError: true },
      ],
      topK: 5,
      reasoning: { budgetTokens: 100 },
      tools: [{ type: 'opaque', protocol: 'anthropic-messages', value: { type: 'web_search_20250305' } }],
      toolChoice: { type: 'opaque', protocol: 'anthropic-messages', value: {} },
      extensions: { protocol: 'anthropic-messages', fields: { container: 'c' } },
    })
    expect(warnings.map((warning) => `${warning.change}:${warning.field}`).toSorted()).toEqual(
      [
        'cache_control',
        'container',
        'encrypted_reasoning',
        'is_error',
        'reasoning.budget_tokens',
        'search_result',
        'signature',
        'tool_choice',
        'tools.web_search_20250305',
        'top_k',
        'video',
      ].map((field) => `dropped:${field}`),
    )
    expect(value.messages).toEqual([
      { role: 'system', content: 'S' },
      { role: 'user', content: 'U' },
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'R',
        tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: '1', content: 'T' },
    ])
  })

  it.each([
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [{ type: 'text', text: 5 }] }] }, 'messages[0].content[0].text'],
    [{ messages: [{ role: 'system', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }, 'messages[0].content[0]'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [{ messages: MESSAGES, temperature: 'hot' }, 'temperature'],
    [{ messages: MESSAGES, tools: {} }, 'tools'],
    [{ messages: MESSAGES, tools: [5] }, 'tools[0]'],
  ])('refuse to translate %o', (fields, param) => {
    expect(() => openaiChat.readRequest(parsed(JSON.stringify({ model: 'm', ...fields })))).toThrow(
      expect.objectContaining({ code: 'invalid-request', param }),
    )
  })
})

function wireOf(text: string): WireRequest {
  return { protocol: 'openai-chat', bytes: new TextEncoder().encode(text), text, json: parsed(text) }
}

function open(body: object): ReturnType<typeof openaiChat.openRequest> {
  return openaiChat.openRequest(wireOf(JSON.stringify(body)))
}

function parsed(text: string): JsonObject {
  const value = parseObject(text)
  if (!isJsonObject(value)) throw new Error('no object')
  return value
}

function user(part: JsonObject): JsonObject {
  return { role: 'user', content: [{ type: 'text', text: 'Look:' }, part] }
}

function rewritten(body: object): JsonObject {
  const { value, warnings } = openaiChat.writeRequest(openaiChat.readRequest(parsed(JSON.stringify(body))))
  expect(warnings).toEqual([])
  return parsed(JSON.stringify(value))
}

/** What the work gives, or the code of the error that it throws; undefined for an error without a code. */
function attempt(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error instanceof GatewayError ? error.code : undefined
  }
}
