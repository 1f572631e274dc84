import { ReplyError } from '@gateway/core'
import type { ChatReply, JsonObject, UpstreamFailure } from '@gateway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseObject } from '../json-fields.ts'
import { openaiChat } from './index.ts'

const COUNTED = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }
const UNCOUNTED = { prompt_tokens: 5, completion_tokens: 0, total_tokens: 5 }

describe('readReply', () => {
  it('reads every choice with what the language has words for, and carries the rest', () => {
    const reply = openaiChat.readReply({
      id: 'x',
      object: 'chat.completion',
      created: 5,
      model: 'm',
      service_tier: 'default',
      system_fingerprint: null,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'a', refusal: null, annotations: [{ type: 'url_citation' }] },
          logprobs: null,
          finish_reason: 'stop',
        },
        {
          index: 1,
          message: { role: 'assistant', content: null, refusal: 'No.' },
          logprobs: { content: [] },
          finish_reason: 'content_filter',
        },
      ],
      usage: COUNTED,
    })
    expect(reply).toEqual({
      id: 'x',
      created: 5,
      model: 'm',
      choices: [
        {
          index: 0,
          content: [{ type: 'text', text: 'a' }],
          finishReason: 'stop',
          extras: { 'openai-chat': { message: { annotations: [{ type: 'url_citation' }] } } },
        },
        { index: 1, content: [{ type: 'refusal', text: 'No.' }], finishReason: 'content-filter', logprobs: { content: [] } },
      ],
      usage: { input: { tokens: 5, provenance: 'provider' }, output: { tokens: 2, provenance: 'provider' } },
      extensions: { protocol: 'openai-chat', fields: { service_tier: 'default' } },
    })
  })

  it('makes do with next to nothing', () => {
    expect(openaiChat.readReply({ choices: [{ message: { content: 'a' } }] })).toEqual({
      id: '',
      model: '',
      choices: [{ index: 0, content: [{ type: 'text', text: 'a' }], finishReason: 'other' }],
      usage: {},
    })
  })

  it.each([
    [
      'content in parts',
      {
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    ],
    [
      "Mistral's thinking",
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 't' }] },
          { type: 'text', text: 'a' },
        ],
      },
      [
        { type: 'reasoning', text: 't' },
        { type: 'text', text: 'a' },
      ],
    ],
    [
      'a call without an id',
      { tool_calls: [{ function: { name: 'f', arguments: '{}' } }] },
      [{ type: 'tool-call', id: 'x-0-0', name: 'f', arguments: '{}' }],
    ],
    [
      'arguments that are an object',
      { tool_calls: [{ id: '1', function: { name: 'f', arguments: { a: 1 } } }] },
      [{ type: 'tool-call', id: '1', name: 'f', arguments: '{"a":1}' }],
    ],
    ['null calls', { content: 'a', tool_calls: null, function_call: null }, [{ type: 'text', text: 'a' }]],
  ])('understands %s', (_, message, content) => {
    expect(openaiChat.readReply(parsed({ id: 'x', choices: [{ message, finish_reason: 'stop' }] })).choices[0]?.content).toEqual(content)
  })

  it.each([
    ['cut by the limit while it was thinking', { content: '' }, 'length', COUNTED],
    ['cut by the limit, uncounted', { content: '' }, 'length', undefined],
    ['blocked by a filter', { content: null }, 'content_filter', UNCOUNTED],
    ['stopped after tokens that were counted', { content: '' }, 'stop', COUNTED],
    ['spoken', { content: null, audio: { id: 'audio_1', data: 'AAAA' } }, 'stop', undefined],
    ['a picture', { content: '', images: [{ image_url: { url: 'data:image/png;base64,AA' } }] }, 'stop', undefined],
  ])('takes an answer without text that was %s', (...[, message, finishReason, usage]) => {
    expect(openaiChat.readReply(parsed({ choices: [{ message, finish_reason: finishReason }], usage })).choices).toHaveLength(1)
  })

  it.each([
    ['an error', { error: { message: 'x' } }, { scope: 'endpoint', reason: 'error-in-reply', retryable: true }],
    ['an error in a word', { error: 'x' }, { scope: 'endpoint', reason: 'error-in-reply', detail: { message: 'x' } }],
    [
      'an error beside choices',
      { error: { code: 502, message: 'x' }, choices: [{ message: { content: 'a' } }] },
      { reason: 'error-in-reply', status: 502 },
    ],
    [
      'an error in a choice',
      { choices: [{ error: { code: 429, message: 'x' }, message: { content: '' } }] },
      { scope: 'credential', reason: 'rate-limited' },
    ],
    [
      "OpenRouter's rate limit",
      { error: { code: 429, message: 'x' } },
      { scope: 'credential', reason: 'rate-limited', retryable: true, status: 429 },
    ],
    [
      "OpenRouter's empty account",
      { error: { code: 402, message: 'x' } },
      { scope: 'credential', reason: 'quota-exhausted', retryable: false },
    ],
    ['a code that is text', { error: { code: '503', message: 'x' } }, { scope: 'endpoint', reason: 'overloaded' }],
    [
      'a context that is too long',
      { error: { code: 400, message: 'maximum context length is 8' } },
      { scope: 'request', reason: 'context-too-long' },
    ],
    ["Cloudflare's error", { success: false, errors: [{ code: 5004, message: 'x' }] }, { scope: 'endpoint', reason: 'error-in-reply' }],
    ['no choices', { id: 'x' }, { scope: 'endpoint', reason: 'malformed-reply', retryable: true }],
    ['choices that are none', { choices: {} }, { scope: 'endpoint', reason: 'malformed-reply' }],
    ['content that is none', { choices: [{ message: { content: 5 } }] }, { scope: 'endpoint', reason: 'malformed-reply' }],
    ['an empty list of choices', { choices: [] }, { scope: 'endpoint', reason: 'empty-reply', retryable: true }],
    ['an empty choice', { choices: [{ message: { content: '' }, finish_reason: 'stop' }] }, { scope: 'endpoint', reason: 'empty-reply' }],
    [
      'an empty choice, counted as empty',
      { choices: [{ message: { content: '' }, finish_reason: 'stop' }], usage: UNCOUNTED },
      { reason: 'empty-reply' },
    ],
    ['an empty choice without a reason', { choices: [{ message: { content: '' } }], usage: COUNTED }, { reason: 'empty-reply' }],
    [
      'calls that are not there',
      { choices: [{ message: { content: null }, finish_reason: 'tool_calls' }], usage: COUNTED },
      { reason: 'empty-reply' },
    ],
    ['nothing', {}, { scope: 'endpoint', reason: 'malformed-reply' }],
  ])('throws for a 200 with %s', (_, body, failure) => {
    expect(failureOf(body)).toMatchObject(failure)
  })

  it('repeats no key that an error shows', () => {
    expect(JSON.stringify(failureOf({ error: { message: 'bad key sk-abcdefghijkl', code: 401 } }))).not.toContain('abcdef')
  })
})

describe('writeReply', () => {
  it('writes what it reads again', () => {
    fc.assert(
      fc.property(replies, (reply) => {
        const written = openaiChat.writeReply(reply)
        expect(written.warnings).toEqual([])
        expect(openaiChat.readReply(parsed(written.value))).toEqual(reply)
      }),
      { numRuns: 300 },
    )
  })

  it('has every field that a client checks', () => {
    const { value } = openaiChat.writeReply({
      id: 'x',
      model: 'm',
      choices: [{ index: 0, content: [{ type: 'text', text: 'a' }], finishReason: 'pause' }],
      usage: {},
    })
    expect(value).toEqual({
      id: 'x',
      object: 'chat.completion',
      created: 0,
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: 'a', refusal: null }, logprobs: null, finish_reason: 'stop' }],
    })
  })

  it('joins texts, since clients read a string, and reports what it leaves out', () => {
    const { value, warnings } = openaiChat.writeReply({
      id: 'x',
      model: 'm',
      choices: [
        {
          index: 0,
          content: [
            { type: 'reasoning', text: 't', signature: 's' },
            { type: 'text', text: 'a', extras: { 'anthropic-messages': { citations: [] } } },
            { type: 'opaque', protocol: 'anthropic-messages', value: { type: 'server_tool_use' } },
            { type: 'text', text: 'b' },
          ],
          finishReason: 'refusal',
        },
      ],
      usage: {},
      extensions: { protocol: 'anthropic-messages', fields: { container: 'c' } },
    })
    expect(value.choices).toMatchObject([{ message: { content: 'ab', reasoning_content: 't' }, finish_reason: 'content_filter' }])
    expect(warnings.map((warning) => warning.field).toSorted()).toEqual(['citations', 'container', 'server_tool_use', 'signature'])
  })
})

const word = fc.string({ minLength: 1 })
const figure = fc.nat().map((tokens) => ({ tokens, provenance: 'provider' as const }))
const toolCall = fc.record(
  { type: fc.constant('tool-call' as const), id: word, name: fc.string(), arguments: fc.string(), kind: fc.constant('custom' as const) },
  { requiredKeys: ['type', 'id', 'name', 'arguments'], noNullPrototype: true },
)
const content = fc
  .tuple(
    fc.option(fc.record({ type: fc.constant('reasoning' as const), text: word }, { noNullPrototype: true }), { nil: undefined }),
    fc.record({ type: fc.constant('text' as const), text: word }, { noNullPrototype: true }),
    fc.option(fc.record({ type: fc.constant('refusal' as const), text: word }, { noNullPrototype: true }), { nil: undefined }),
    fc.array(toolCall),
  )
  .map(([reasoning, text, refusal, calls]) => [reasoning, text, refusal, ...calls].filter((part) => part !== undefined))
const choice = fc.record(
  {
    index: fc.nat(),
    content,
    finishReason: fc.constantFrom('stop' as const, 'length' as const, 'tool-calls' as const, 'content-filter' as const),
    logprobs: fc.record({ content: fc.array(fc.string()) }, { noNullPrototype: true }),
    extras: fc.constant({ 'openai-chat': { native_finish_reason: 'x', message: { annotations: [] } } }),
  },
  { requiredKeys: ['index', 'content', 'finishReason'], noNullPrototype: true },
)
const replies: fc.Arbitrary<ChatReply> = fc.record(
  {
    id: fc.string(),
    model: fc.string(),
    created: fc.integer({ min: 1 }),
    choices: fc.array(choice, { minLength: 1 }),
    usage: fc.record(
      { input: figure, output: figure, cachedInput: figure, reasoning: figure, outputAudio: figure },
      { requiredKeys: ['input', 'output'], noNullPrototype: true },
    ),
    extensions: fc.constant({ protocol: 'openai-chat', fields: { service_tier: 'default' } }),
  },
  { requiredKeys: ['id', 'model', 'choices', 'usage'], noNullPrototype: true },
)

it.each([
  ['on_demand', undefined],
  ['priority', 'priority'],
])('says a service tier of %s as %s', (tier, expected) => {
  const answer = { index: 0, content: [{ type: 'text', text: 'Hi' }], finishReason: 'stop' } as const
  const extensions = { protocol: 'openai-chat', fields: { service_tier: tier } }
  const { value, warnings } = openaiChat.writeReply({ id: 'a', model: 'm', choices: [answer], usage: {}, extensions })
  expect(value.service_tier).toBe(expected)
  expect(warnings).toEqual(expected === undefined ? [{ change: 'dropped', field: 'service_tier' }] : [])
})

function parsed(value: object): JsonObject {
  return parseObject(JSON.stringify(value)) ?? {}
}

function failureOf(body: object): UpstreamFailure | undefined {
  try {
    openaiChat.readReply(parsed(body))
    return undefined
  } catch (error) {
    return error instanceof ReplyError ? error.failure : undefined
  }
}
