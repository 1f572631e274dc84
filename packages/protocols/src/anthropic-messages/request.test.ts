import { GatewayError } from '@gateway/core'
import type { ChatRequest, JsonObject, WireRequest } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { objectOf, parseObject } from '../json-fields.ts'
import { anthropicMessages, readCountTokensRequest, writeCountTokensReply } from './index.ts'

const BODY = { model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] }
const HI = { role: 'user', content: [{ type: 'text', text: 'Hi' }] } as const

describe('opening a request', () => {
  it('tells what the gateway acts on', () => {
    const opened = anthropicMessages.openRequest(wire({ ...BODY, stream: true }))
    expect(opened).toMatchObject({ model: 'claude-sonnet-4-5', isStreaming: true, wantsStreamUsage: true })
    expect(opened.size).toMatchObject({ maxOutputTokens: 100, choiceCount: 1 })
    expect(opened.chat().messages).toEqual([HI])
  })

  it('takes a limit of 0, which only fills the cache', () => {
    expect(anthropicMessages.openRequest(wire({ ...BODY, max_tokens: 0 })).size.maxOutputTokens).toBe(0)
  })

  it.each([
    [{ max_tokens: undefined }, 'max_tokens', 'max_tokens: expected an integer of at least 0, found nothing'],
    [{ max_tokens: '5' }, 'max_tokens', 'max_tokens: expected an integer of at least 0, found a string'],
    [{ max_tokens: -1 }, 'max_tokens', 'max_tokens: expected an integer of at least 0, found -1'],
    [{ model: null }, 'model', 'model: expected a model name, found null'],
    [{ messages: [] }, 'messages', 'messages: expected at least one message, found an empty array'],
    [{ messages: [{ content: 'x' }] }, 'messages[0].role', 'messages[0].role: expected a string, found nothing'],
    [{ stream: 'yes' }, 'stream', 'stream: expected a boolean, found a string'],
    [{ Model: 'other' }, 'Model', 'Model: expected the field to be written model, found a string'],
    [
      { api_base: 'http://x' },
      'api_base',
      'api_base: expected no such field, since the gateway decides where a request goes, found a string',
    ],
  ])('refuses %j', (change, param, message) => {
    expect(() => anthropicMessages.openRequest(wire({ ...BODY, ...change }))).toThrow(
      expect.objectContaining({ code: 'invalid-request', param, message }),
    )
  })
})

describe('passing a request', () => {
  it('keeps every byte where the model keeps its name', () => {
    const request = wire({ ...BODY, mystery: [1] })
    expect(anthropicMessages.passRequest(request, { model: 'claude-sonnet-4-5', canAskForUsage: true })).toBe(request.bytes)
  })

  it('changes nothing but the name of the model', () => {
    const written = '{ "model":"a",  "max_tokens":5, "messages":[{"role":"user","content":"\\u0041"}] }'
    const request: WireRequest = { ...wire({ ...BODY, model: 'a' }), text: written }
    expect(anthropicMessages.passRequest(request, { model: 'b', canAskForUsage: false })).toBe(written.replace('"a"', '"b"'))
  })
})

describe('reading a request', () => {
  it.each([
    [{ content: 5 }, 'messages[0].content: expected a string or an array of blocks, found a number'],
    [{ content: null }, 'messages[0].content: expected a string or an array of blocks, found null'],
    [{ content: ['x'] }, 'messages[0].content[0]: expected an object, found a string'],
    [{ content: [{ text: 'x' }] }, 'messages[0].content[0].type: expected a string, found nothing'],
    [{ content: [{ type: 'text', text: 1 }] }, 'messages[0].content[0].text: expected a string, found a number'],
    [{ content: [{ type: 'tool_result' }] }, 'messages[0].content[0].tool_use_id: expected a string, found nothing'],
    [
      { content: [{ type: 'tool_result', tool_use_id: 'a', is_error: 1 }] },
      'messages[0].content[0].is_error: expected a boolean, found a number',
    ],
    [{ role: 'tool', content: 'x' }, 'messages[0].role: expected one of user, assistant, system, found a string'],
    [
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: [] }] },
      'messages[0].content[0].input: expected an object, found an empty array',
    ],
  ])('refuses the message %j', (change, message) => {
    expect(() => read({ messages: [{ role: 'user', ...change }] })).toThrow(expect.objectContaining({ code: 'invalid-request', message }))
  })

  it('reads arguments nested very deep or refuses them, as the runtime can, and never crashes', () => {
    const input = objectOf(parseObject(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`) ?? undefined)
    const messages = [{ role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input }] }]
    expect(kindOf(() => read({ messages }))).toBeOneOf(['request', 'invalid-request'])
  })

  it('splits the results of tools from what the user says behind them, and joins them again', () => {
    const content = [
      { type: 'tool_result', tool_use_id: 'a', content: 'one' },
      { type: 'tool_result', tool_use_id: 'b', content: 'two', is_error: true, cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'Go on' },
    ]
    const request = read({ messages: [{ role: 'user', content }] })
    expect(request.messages.map(({ role }) => role)).toEqual(['tool', 'tool', 'user'])
    expect(request.messages[1]).toMatchObject({ toolCallId: 'b', isError: true })
    expect(write(request).value.messages).toEqual([{ role: 'user', content }])
  })

  it('keeps a signed thought and a redacted one apart', () => {
    const content = [
      { type: 'thinking', thinking: 'Hm', signature: 'EqoD' },
      { type: 'redacted_thinking', data: 'EmwK' },
    ]
    const request = read({ messages: [{ role: 'assistant', content }] })
    expect(request.messages[0]?.content).toEqual([
      { type: 'reasoning', text: 'Hm', signature: 'EqoD' },
      { type: 'reasoning', text: '', encrypted: 'EmwK' },
    ])
    expect(write(request).value.messages).toEqual([{ role: 'assistant', content }])
  })

  it('reads both places of a schema for the answer', () => {
    const format = { type: 'json_schema', schema: { type: 'object' } }
    const expected = { type: 'json-schema', name: 'response', schema: { type: 'object' } }
    expect(read({ output_config: { format } }).responseFormat).toEqual(expected)
    expect(read({ output_format: format }).responseFormat).toEqual(expected)
  })

  it('refuses to go on with a thread that the vendor keeps', () => {
    const thread = { type: 'continue', previous_message_id: 'msg_1' }
    const body = { model: 'claude-opus-5', max_tokens: 9, messages: [{ role: 'user', content: 'And?' }], thread }
    expect(() => anthropicMessages.readRequest(body)).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        param: 'thread',
        message: expect.stringContaining('send the whole conversation'),
      }),
    )
  })

  it('lets what it has no word for ride along', () => {
    const fields = { service_tier: 'auto', mcp_servers: [{ name: 'm' }], thinking: { type: 'between_tools' } }
    const request = read({ ...fields, metadata: { user_id: 'u', trace: 1 } })
    expect(request).toMatchObject({
      user: 'u',
      extensions: { protocol: 'anthropic-messages', fields: { ...fields, metadata: { trace: 1 } } },
    })
    expect(write(request).value).toMatchObject({ ...fields, metadata: { user_id: 'u', trace: 1 } })
  })
})

describe('counting tokens', () => {
  it('reads the prompt without a limit', () => {
    const request = readCountTokensRequest({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], system: 'S' })
    expect(request.messages).toEqual([{ role: 'system', content: [text('S')] }, HI])
    expect(request.maxOutputTokens).toBeUndefined()
  })

  it('refuses a prompt without messages', () => {
    expect(() => readCountTokensRequest({ model: 'm' })).toThrow(expect.objectContaining({ code: 'invalid-request', param: 'messages' }))
  })

  it('answers with the count', () => {
    expect(writeCountTokensReply(12)).toEqual({ input_tokens: 12 })
  })
})

function wire(json: JsonObject): WireRequest {
  const written = JSON.stringify(json)
  return { protocol: 'anthropic-messages', bytes: new TextEncoder().encode(written), text: written, json }
}

function read(change: JsonObject): ChatRequest {
  return anthropicMessages.readRequest({ ...BODY, ...change })
}

function write(request: ChatRequest): ReturnType<typeof anthropicMessages.writeRequest> {
  return anthropicMessages.writeRequest(request)
}

function text(words: string): { readonly type: 'text'; readonly text: string } {
  return { type: 'text', text: words }
}

function kindOf(action: () => unknown): string {
  try {
    action()
    return 'request'
  } catch (error) {
    return error instanceof GatewayError ? error.code : String(error)
  }
}
