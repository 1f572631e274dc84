import { GatewayError, ReplyError } from '@gateway/core'
import type { ChatEvent, JsonObject } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { ollamaChat } from './index.ts'

const TIME = '2026-11-20T20:27:03.407816481Z'
const ID = 'ollama-20261120T202703407816481Z'

describe('readReply', () => {
  it('makes ids of the time, the same at each reading', () => {
    const calls = [{ function: { name: 'f', arguments: { a: 1 } } }, { id: 'own', function: { name: 'g', arguments: {} } }]
    const reply = ollamaChat.readReply(answer({ message: { role: 'assistant', content: '', tool_calls: calls } }))
    expect(reply.id).toBe(ID)
    expect(reply.choices[0]?.content).toEqual([
      { type: 'tool-call', id: `${ID}-0`, name: 'f', arguments: '{"a":1}' },
      { type: 'tool-call', id: 'own', name: 'g', arguments: '{}' },
    ])
    expect(reply.choices[0]?.finishReason).toBe('tool-calls')
  })

  it('reads thoughts, cached tokens, probabilities and a cut', () => {
    const probabilities = [{ token: 'a', logprob: -1 }]
    const body = answer({
      message: { role: 'assistant', content: 'a', thinking: 'hm' },
      done_reason: 'length',
      prompt_eval_cached_count: 3,
      logprobs: probabilities,
    })
    expect(ollamaChat.readReply(body)).toMatchObject({
      choices: [
        {
          content: [
            { type: 'reasoning', text: 'hm' },
            { type: 'text', text: 'a' },
          ],
          finishReason: 'length',
          logprobs: { content: probabilities },
        },
      ],
      usage: { input: { tokens: 5 }, cachedInput: { tokens: 3 }, output: { tokens: 2 } },
    })
  })

  it.each([
    [{ error: 'model runner has unexpectedly stopped' }, 'error-in-reply'],
    [{ error: "model 'x' not found" }, 'model-not-found'],
    [{}, 'malformed-reply'],
    [{ message: { content: 5 } }, 'malformed-reply'],
    [{ message: { content: 'a' }, done: false }, 'malformed-reply'],
    [{ message: { role: 'assistant', content: '' }, done: true, done_reason: 'load' }, 'empty-reply'],
    [{ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' }, 'empty-reply'],
  ])('finds in %j no answer', (body, reason) => {
    expect(() => ollamaChat.readReply(body)).toThrow(ReplyError)
    expect(() => ollamaChat.readReply(body)).toThrow(expect.objectContaining({ failure: expect.objectContaining({ reason }) }))
  })

  it('takes silence for an answer where tokens were counted or the limit was met', () => {
    const silence = { message: { role: 'assistant', content: '' } }
    expect(ollamaChat.readReply(answer({ ...silence, eval_count: 3 })).choices[0]?.content).toEqual([])
    expect(ollamaChat.readReply(answer({ ...silence, eval_count: 0, done_reason: 'length' })).choices[0]?.finishReason).toBe('length')
  })
})

describe('writeReply', () => {
  it('writes an answer of another vendor, and reports what it cannot say', () => {
    const written = ollamaChat.writeReply({
      id: 'chatcmpl-1',
      model: 'gpt-4o',
      created: 1,
      choices: [
        {
          index: 0,
          content: [
            { type: 'text', text: 'a' },
            { type: 'tool-call', id: 'x', name: 'f', arguments: '{"b":1}' },
          ],
          finishReason: 'content-filter',
        },
        { index: 1, content: [], finishReason: 'stop' },
      ],
      usage: { input: { tokens: 1, provenance: 'provider' } },
      extensions: { protocol: 'openai-chat', fields: { system_fingerprint: 'fp' } },
    })
    expect(written.value).toEqual({
      model: 'gpt-4o',
      created_at: '1970-01-01T00:00:01Z',
      message: { role: 'assistant', content: 'a', tool_calls: [{ id: 'x', function: { index: 0, name: 'f', arguments: { b: 1 } } }] },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 1,
    })
    expect(written.warnings.map(({ field }) => field)).toEqual(['n', 'system_fingerprint'])
  })
})

describe('readStream', () => {
  it('numbers calls over the lines', () => {
    const lines = [
      line({ message: { role: 'assistant', content: '', tool_calls: [{ function: { name: 'f', arguments: {} } }] } }),
      line({ message: { role: 'assistant', content: '', tool_calls: [{ function: { name: 'g', arguments: { a: 1 } } }] } }),
      answer({ message: { role: 'assistant', content: '' } }),
    ]
    expect(read(lines).slice(1, -2)).toEqual([
      { type: 'tool-call-start', choice: 0, call: 0, id: `${ID}-0`, name: 'f' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{}' },
      { type: 'tool-call-start', choice: 0, call: 1, id: `${ID}-1`, name: 'g' },
      { type: 'tool-call-delta', choice: 0, call: 1, arguments: '{"a":1}' },
      { type: 'finish', choice: 0, reason: 'tool-calls' },
    ])
  })

  it('takes usage that rides on lines before the last', () => {
    const events = read([{ ...line({ message: { content: 'a' } }), eval_count: 1 }, answer({ message: { content: '' } })])
    expect(events.flatMap((event) => (event.type === 'usage' ? [event.usage.output?.tokens] : []))).toEqual([1, 2])
  })

  it.each([
    ['an error in a line', [line({ message: { content: 'a' } }), { error: 'unexpected EOF' }], 'error-in-reply'],
    ['an error at once', [{ error: 'server busy, please try again. maximum pending requests exceeded' }], 'overloaded'],
    ['no last line', [line({ message: { content: 'a' } })], 'truncated-stream'],
    ['a line of another kind', [{ status: 'pulling' }], 'malformed-reply'],
    ['a line that is no object', ['a'], 'malformed-reply'],
    ['a field of another type', [line({ message: { content: {} } })], 'malformed-reply'],
    ['nothing said', [{ model: 'm', created_at: TIME, message: { content: '' }, done: true, done_reason: 'load' }], 'empty-reply'],
  ])('fails for %s', (_, lines, reason) => {
    const events = read(lines)
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { reason } })
    expect(events.filter(({ type }) => type === 'end')).toEqual([])
  })

  it('fails for a page that is no answer, and for a line that never ends', () => {
    const page = ollamaChat.readStream({ stripUsage: false })
    expect([...page.read(new TextEncoder().encode('<html>\n')).events, ...page.end().events]).toMatchObject([
      { type: 'error', failure: { reason: 'malformed-reply' } },
    ])
    const endless = ollamaChat.readStream({ stripUsage: false })
    const piece = new Uint8Array(20 * 1024 * 1024).fill(0x61)
    endless.read(piece)
    expect(endless.read(piece).events).toMatchObject([{ type: 'error', failure: { reason: 'reply-too-large' } }])
  })
})

describe('writeStream', () => {
  it('puts the pieces of a call together, interleaved as they may come', () => {
    const written = write([
      { type: 'start', id: 'x', model: 'm', created: 1 },
      { type: 'tool-call-start', choice: 0, call: 0, id: 'a', name: 'f' },
      { type: 'tool-call-start', choice: 0, call: 1, id: 'b', name: 'g', kind: 'custom' },
      { type: 'tool-call-delta', choice: 0, call: 1, arguments: 'ls' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{"day":' },
      { type: 'text-delta', choice: 1, text: 'of another choice' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: '1}' },
      { type: 'finish', choice: 0, reason: 'tool-calls' },
      { type: 'end' },
    ])
    const head = { model: 'm', created_at: '1970-01-01T00:00:01Z' }
    const called = (call: JsonObject): unknown => ({
      ...head,
      message: { role: 'assistant', content: '', tool_calls: [call] },
      done: false,
    })
    expect(written).toEqual([
      called({ id: 'a', function: { index: 0, name: 'f', arguments: { day: 1 } } }),
      called({ id: 'b', function: { index: 1, name: 'g', arguments: { input: 'ls' } } }),
      { ...head, message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' },
    ])
  })

  it('writes refusals as text, and leaves out what only their own vendors can read', () => {
    const written = write([
      { type: 'refusal-delta', choice: 0, text: 'no' },
      { type: 'reasoning-signature', choice: 0, signature: 's' },
      { type: 'opaque-delta', choice: 0, protocol: 'gemini', value: {} },
      { type: 'end' },
    ])
    expect(written).toMatchObject([{ message: { content: 'no' } }, { done: true, done_reason: 'stop' }])
  })

  it('fails with a line that is an error, and no end', () => {
    const text = ollamaChat.writeStream({ wantsUsage: true }).fail(new GatewayError('stream-interrupted', 'broke off'), 502)
    expect(text).toBe('{"error":"broke off","code":"stream-interrupted"}\n')
  })
})

function line(fields: JsonObject): JsonObject {
  return { model: 'm', created_at: TIME, ...fields, done: false }
}

function answer(fields: JsonObject): JsonObject {
  return { model: 'm', created_at: TIME, done: true, done_reason: 'stop', prompt_eval_count: 5, eval_count: 2, ...fields }
}

function read(lines: readonly unknown[]): readonly ChatEvent[] {
  const reader = ollamaChat.readStream({ stripUsage: true })
  const bytes = new TextEncoder().encode(lines.map((value) => `${JSON.stringify(value)}\n`).join(''))
  return [...reader.read(bytes).events, ...reader.end().events]
}

function write(events: readonly ChatEvent[]): readonly unknown[] {
  const writer = ollamaChat.writeStream({ wantsUsage: true })
  const lines = events
    .map((event) => writer.write(event))
    .join('')
    .split('\n')
  return lines.filter((text) => text !== '').map((text) => JSON.parse(text))
}
