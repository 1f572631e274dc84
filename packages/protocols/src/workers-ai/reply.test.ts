import { ReplyError } from '@gateway/core'
import type { JsonObject } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { workersAi } from './index.ts'

const USAGE = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }
const COUNTS = { input: { tokens: 5, provenance: 'provider' }, output: { tokens: 2, provenance: 'provider' } }
const TEXT = [{ index: 0, content: [{ type: 'text', text: 'Hello' }], finishReason: 'stop' }]

describe('readReply', () => {
  it.each([
    ['the bare result of a binding', { response: 'Hello', usage: USAGE }],
    ['the envelope of the REST API', wrapped({ response: 'Hello', tool_calls: [], usage: USAGE })],
  ])('reads %s', (_, body) => {
    expect(workersAi.readReply(body)).toEqual({ id: expect.stringMatching(/^workers-ai-\w+$/), model: '', choices: TEXT, usage: COUNTS })
  })

  it('reads a text alone, an object of JSON mode and a number', () => {
    const textOf = (result: unknown): unknown => workersAi.readReply(JSON.parse(JSON.stringify({ result }))).choices[0]?.content
    expect(textOf('Hello')).toEqual([{ type: 'text', text: 'Hello' }])
    expect(textOf({ response: { name: 'Ada' } })).toEqual([{ type: 'text', text: '{"name":"Ada"}' }])
    expect(textOf({ response: 42 })).toEqual([{ type: 'text', text: '42' }])
  })

  it('reads flat calls and nested ones, and names those without ids, the same at each reading', () => {
    const body = wrapped({
      response: null,
      tool_calls: [
        { name: 'f', arguments: { a: 1 } },
        { id: 'own', type: 'function', function: { name: 'g', arguments: '{"b":2}' } },
      ],
    })
    const reply = workersAi.readReply(body)
    expect(reply.choices).toEqual([
      {
        index: 0,
        content: [
          { type: 'tool-call', id: `${reply.id}-0`, name: 'f', arguments: '{"a":1}' },
          { type: 'tool-call', id: 'own', name: 'g', arguments: '{"b":2}' },
        ],
        finishReason: 'tool-calls',
      },
    ])
    expect(workersAi.readReply(body)).toEqual(reply)
    const later = workersAi.readReply({
      ...body,
      result: { response: null, tool_calls: [{ name: 'f', arguments: { a: 1 } }], usage: USAGE },
    })
    expect(later.id).not.toBe(reply.id)
  })

  it('reads an answer in the shape of OpenAI chat, with its thoughts', () => {
    const result = {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 9,
      model: '@cf/zai-org/glm-4.7-flash',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello', reasoning_content: 'hm' }, finish_reason: 'length' }],
      usage: USAGE,
    }
    expect(workersAi.readReply(wrapped(result))).toEqual({
      id: 'chatcmpl-1',
      model: '@cf/zai-org/glm-4.7-flash',
      created: 9,
      choices: [
        {
          index: 0,
          content: [
            { type: 'reasoning', text: 'hm' },
            { type: 'text', text: 'Hello' },
          ],
          finishReason: 'length',
        },
      ],
      usage: COUNTS,
    })
  })

  it('reads a completion that answers a chat', () => {
    const result = { object: 'text_completion', id: 'c', model: 'm', choices: [{ index: 0, text: 'Hello', finish_reason: 'stop' }] }
    expect(workersAi.readReply(result).choices).toMatchObject([{ content: [{ type: 'text', text: 'Hello' }], finishReason: 'stop' }])
  })

  it('reads an answer in the shape of the Responses API', () => {
    const result = {
      id: 'resp_1',
      object: 'response',
      created_at: 9,
      model: '@cf/openai/gpt-oss-120b',
      status: 'completed',
      output: [
        {
          type: 'message',
          id: 'm',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'Hello', annotations: [] }],
        },
      ],
      usage: { input_tokens: 5, output_tokens: 2, total_tokens: 7 },
    }
    expect(workersAi.readReply(wrapped(result))).toMatchObject({
      id: 'resp_1',
      choices: [{ content: [{ type: 'text', text: 'Hello' }] }],
      usage: COUNTS,
    })
  })

  it.each([
    [{ success: false, errors: [{ code: 3036, message: 'You have used up your daily free allocation' }] }, 'quota-exhausted'],
    [
      { success: false, result: [], messages: [], error: [{ code: 2005, message: 'Failed to get response from provider' }] },
      'error-in-reply',
    ],
    [{ error: { message: 'model broke' } }, 'error-in-reply'],
    [wrapped({}), 'malformed-reply'],
    [{ result: [{ response: 'a' }], success: true }, 'malformed-reply'],
    [{ result: null, success: true }, 'empty-reply'],
    [wrapped({ request_id: 'queued' }), 'malformed-reply'],
    [wrapped({ response: '' }), 'empty-reply'],
    [wrapped({ response: '', tool_calls: [{ arguments: {} }] }), 'malformed-reply'],
    [wrapped({ choices: 5 }), 'malformed-reply'],
  ])('finds in %j no answer', (body, reason) => {
    expect(() => workersAi.readReply(body)).toThrow(ReplyError)
    expect(() => workersAi.readReply(body)).toThrow(expect.objectContaining({ failure: expect.objectContaining({ reason }) }))
  })
})

describe('writeReply', () => {
  it('writes an answer that names its model as OpenAI chat does, in the envelope', () => {
    const written = workersAi.writeReply({
      id: 'x',
      model: 'claude',
      choices: [{ index: 0, content: [{ type: 'text', text: 'Hello' }], finishReason: 'stop' }],
      usage: {},
    })
    expect(written.value).toMatchObject({
      result: {
        id: 'x',
        object: 'chat.completion',
        model: 'claude',
        choices: [{ message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
      },
      success: true,
      errors: [],
      messages: [],
    })
  })

  it('writes a brief one, and reports what it cannot say', () => {
    const written = workersAi.writeReply({
      id: 'x',
      model: '',
      choices: [
        {
          index: 0,
          content: [
            { type: 'reasoning', text: 'hm' },
            { type: 'refusal', text: 'no' },
            { type: 'opaque', protocol: 'gemini', value: {} },
          ],
          finishReason: 'content-filter',
          logprobs: {},
        },
        { index: 1, content: [], finishReason: 'stop' },
      ],
      usage: {},
      extensions: { protocol: 'openai-chat', fields: { service_tier: 'default' } },
    })
    expect(written.value).toMatchObject({ result: { response: 'no', finish_reason: 'content_filter' } })
    expect(written.warnings.map(({ change, field }) => `${change}:${field}`).toSorted()).toEqual([
      ...['gemini', 'logprobs', 'n', 'reasoning', 'service_tier'].map((field) => `dropped:${field}`),
      'emulated:refusal',
    ])
  })
})

function wrapped(result: JsonObject): JsonObject {
  return { result, success: true, errors: [], messages: [] }
}
