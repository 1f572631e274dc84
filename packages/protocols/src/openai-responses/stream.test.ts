import { readFileSync } from 'node:fs'
import { GatewayError } from '@gateway/core'
import type { ChatEvent, JsonObject } from '@gateway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { objectsOf, parseObject, stringOf } from '../json-fields.ts'
import { openaiChat } from '../openai-chat/index.ts'
import { openaiResponses } from './index.ts'

const CREATED = { type: 'response.created', response: { id: 'resp_1', model: 'gpt-5', created_at: 7, status: 'in_progress', output: [] } }
const START: ChatEvent = { type: 'start', id: 'resp_1', model: 'gpt-5', created: 7 }

describe('a stream that is read', () => {
  it('keeps interleaved items apart, by index or by id', () => {
    const events = [
      added(0, { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'a', arguments: '' }),
      added(1, { type: 'function_call', id: 'fc_2', call_id: 'call_2', name: 'b', arguments: '' }),
      { type: 'response.function_call_arguments.delta', output_index: 1, item_id: 'fc_2', delta: '{"b"' },
      { type: 'response.function_call_arguments.delta', output_index: 0, item_id: 'fc_1', delta: '{"a"' },
      { type: 'response.function_call_arguments.delta', output_index: 1, item_id: 'fc_2', delta: ':2}' },
    ]
    const expected = [
      { type: 'tool-call-start', choice: 0, call: 0, id: 'call_1', name: 'a' },
      { type: 'tool-call-start', choice: 0, call: 1, id: 'call_2', name: 'b' },
      { type: 'tool-call-delta', choice: 0, call: 1, arguments: '{"b"' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{"a"' },
      { type: 'tool-call-delta', choice: 0, call: 1, arguments: ':2}' },
    ]
    const withoutIndices = events.map((event) => ({ ...event, output_index: null }))
    const withOtherIds = events.map((event, position) => ({ ...event, item_id: `moving_${position}` }))
    for (const variant of [events, withoutIndices, withOtherIds]) expect(read([CREATED, ...variant]).slice(1, -1)).toEqual(expected)
  })

  it('says once what a server says in pieces and as a whole', () => {
    const content = [{ type: 'output_text', text: 'Hello' }]
    const events = read([
      CREATED,
      added(0, { type: 'message', id: 'msg_1', content: [] }),
      { type: 'response.output_text.delta', output_index: 0, item_id: 'msg_1', content_index: 0, delta: 'Hel' },
      { type: 'response.output_text.done', output_index: 0, item_id: 'msg_1', content_index: 0, text: 'Hello' },
      done(0, { type: 'message', id: 'msg_1', content }),
      completed({ output: [{ type: 'message', id: 'msg_1', content }] }),
    ])
    expect(textOf(events)).toBe('Hello')
  })

  it('says what stands only in the last event', () => {
    const output = [
      { type: 'message', content: [{ type: 'output_text', text: 'Hello' }] },
      { type: 'function_call', call_id: 'call_1', name: 'a', arguments: '{}' },
    ]
    expect(read([completed({ id: 'resp_1', model: 'gpt-5', created_at: 7, output })])).toEqual([
      START,
      { type: 'text-delta', choice: 0, text: 'Hello' },
      { type: 'tool-call-start', choice: 0, call: 0, id: 'call_1', name: 'a' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{}' },
      { type: 'finish', choice: 0, reason: 'tool-calls' },
      { type: 'end' },
    ])
  })

  it('puts a blank line between the parts of a summary, as an answer does', () => {
    const summary = [{ text: 'First' }, { text: 'Second' }]
    const piece = (index: number, delta: string) => ({
      type: 'response.reasoning_summary_text.delta',
      output_index: 0,
      summary_index: index,
      delta,
    })
    const events = read([
      CREATED,
      piece(0, 'Fir'),
      piece(0, 'st'),
      piece(1, 'Sec'),
      piece(1, 'ond'),
      done(0, { type: 'reasoning', id: 'rs_1', summary }),
    ])
    expect(events.map((event) => (event.type === 'reasoning-delta' ? event.text : '')).join('')).toBe('First\n\nSecond')
    const reply = openaiResponses.readReply({
      output: [
        { type: 'reasoning', summary },
        { type: 'message', content: 'Hi' },
      ],
    })
    expect(reply.choices[0]?.content[0]).toMatchObject({ text: 'First\n\nSecond' })
  })

  it.each<[string, JsonObject, unknown]>([
    ['max_output_tokens', {}, { reason: 'length' }],
    ['content_filter', {}, { reason: 'content-filter' }],
    ['mystery', {}, { reason: 'other', extras: { 'openai-responses': { status: 'incomplete' } } }],
  ])('ends incomplete by %s', (reason, fields, finish) => {
    const response = { status: 'incomplete', incomplete_details: { reason }, ...fields }
    const events = read([CREATED, { type: 'response.incomplete', response }])
    expect(events.slice(-2)).toEqual([{ type: 'finish', choice: 0, ...Object(finish) }, { type: 'end' }])
  })

  it.each<[string, string, unknown]>([
    [
      'a failed response',
      frame({ type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message: 'Sorry' } } }),
      { reason: 'error-in-reply', retryable: true, detail: { message: 'Sorry', code: 'server_error' } },
    ],
    [
      'a failed response that blames the prompt',
      frame({ type: 'response.failed', response: { error: { code: 'invalid_prompt', message: 'No' } } }),
      { scope: 'request', reason: 'rejected', retryable: false },
    ],
    [
      'a failed response that says nothing',
      frame({ type: 'response.failed', response: { status: 'failed', error: null } }),
      { reason: 'error-in-reply' },
    ],
    [
      'a plain error event',
      frame({ type: 'error', code: 'rate_limit_exceeded', message: 'Slow down', param: null }),
      { scope: 'credential', reason: 'rate-limited' },
    ],
    [
      'a wrapped error event',
      frame({ type: 'error', error: { type: 'invalid_request_error', message: 'No' } }),
      { scope: 'request', reason: 'rejected' },
    ],
    [
      'an event that is an error by name alone',
      `event: error\ndata: {"message":"Oh no"}\n\n`,
      { reason: 'error-in-reply', detail: { message: 'Oh no' } },
    ],
    ['an error of another protocol', frame({ error: { message: 'Overloaded', type: 'overloaded_error' } }), { reason: 'overloaded' }],
    ['an early [DONE]', 'data: [DONE]\n\n', { reason: 'truncated-stream' }],
    ['half a JSON', 'data: {"type":\n\n', { reason: 'malformed-reply' }],
    ['nothing', '', { reason: 'truncated-stream' }],
  ])('ends in an error where there is %s, whose bytes are withheld', (_, bad, failure) => {
    const reader = openaiResponses.readStream({ stripUsage: false })
    const parts = [reader.read(new TextEncoder().encode(frame(CREATED) + bad)), reader.end()]
    expect(parts.flatMap((part) => part.events)).toEqual([START, { type: 'error', failure: expect.objectContaining(failure) }])
    expect(parts.map((part) => new TextDecoder().decode(part.bytes)).join('')).toBe(frame(CREATED))
  })

  it.each([
    ['{"error":{"message":"No such model","code":"model_not_found"}}', 'model-not-found'],
    ['{"hello":1}', 'malformed-reply'],
    ['Bad gateway', 'malformed-reply'],
  ])('is judged by its text where it is no stream: %s', (text, reason) => {
    const reader = openaiResponses.readStream({ stripUsage: false })
    const events = [...reader.read(new TextEncoder().encode(text)).events, ...reader.end().events]
    expect(events).toEqual([{ type: 'error', failure: expect.objectContaining({ reason }) }])
  })

  it('never throws, whatever stands in whichever field of an event', () => {
    const streams = recordedStreams()
    fc.assert(
      fc.property(
        fc.constantFrom(...streams),
        fc.tuple(fc.nat(), fc.nat()),
        fc.jsonValue({ maxDepth: 3 }),
        (events, [position, field], value) => {
          const at = position % events.length
          const names = Object.keys(events[at] ?? {})
          const name = names[field % names.length] ?? ''
          const changed = events.map((event, index) => (index === at ? { ...event, [name]: value } : event))
          const said = read(JSON.parse(JSON.stringify(changed)))
          expect(['end', 'error']).toContain(said.at(-1)?.type)
          for (const protocol of [openaiResponses, openaiChat]) {
            const writer = protocol.writeStream({ wantsUsage: true })
            expect(typeof said.map((event) => writer.write(event)).join('')).toBe('string')
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('a stream that is written', () => {
  it('opens, fills and closes every item in order', () => {
    const types = written([
      START,
      { type: 'reasoning-delta', choice: 0, text: 'Hm' },
      { type: 'text-delta', choice: 0, text: 'Hi' },
      { type: 'tool-call-start', choice: 0, call: 0, id: 'call_1', name: 'a' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{}' },
      { type: 'finish', choice: 0, reason: 'tool-calls' },
      { type: 'end' },
    ]).map((event) => `${String(event.type).replace('response.', '')} ${String(event.output_index ?? '')}`.trim())
    expect(types).toEqual([
      ...['created', 'in_progress'],
      ...['output_item.added 0', 'reasoning_summary_part.added 0', 'reasoning_summary_text.delta 0'],
      ...['reasoning_summary_text.done 0', 'reasoning_summary_part.done 0', 'output_item.done 0'],
      ...[
        'output_item.added 1',
        'content_part.added 1',
        'output_text.delta 1',
        'output_text.done 1',
        'content_part.done 1',
        'output_item.done 1',
      ],
      ...['output_item.added 2', 'function_call_arguments.delta 2', 'function_call_arguments.done 2', 'output_item.done 2'],
      'completed',
    ])
  })

  it('says the model’s own words as such, where a vendor distinguishes them', () => {
    const types = written([START, { type: 'reasoning-delta', choice: 0, text: 'Hm', isVerbatim: true }, { type: 'end' }]).map(
      ({ type }) => type,
    )
    expect(types).toContain('response.reasoning_text.delta')
    expect(types).not.toContain('response.reasoning_summary_text.delta')
  })

  it('closes with the output that its events made', () => {
    const events = written([
      START,
      { type: 'text-delta', choice: 0, text: 'Hi' },
      { type: 'opaque-delta', choice: 0, protocol: 'openai-responses', value: { type: 'web_search_call', id: 'ws_1' } },
      { type: 'opaque-delta', choice: 0, protocol: 'gemini', value: { type: 'other' } },
      { type: 'end' },
    ])
    const closed = events.filter((event) => event.type === 'response.output_item.done').map((event) => event.item)
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { status: 'completed', output: closed } })
    expect(closed).toMatchObject([{ type: 'message', content: [{ text: 'Hi' }] }, { type: 'web_search_call' }])
  })

  it('fails with both events that clients heed, and no end that looks like success', () => {
    const writer = openaiResponses.writeStream({ wantsUsage: true })
    const begun = [START, { type: 'text-delta', choice: 0, text: 'Hi' } as const].map((event) => writer.write(event)).join('')
    const failed = eventsIn(writer.fail(new GatewayError('stream-interrupted', 'It broke off'), 502))
    expect(failed.map(({ type }) => type)).toEqual(['error', 'response.failed'])
    expect(failed[0]).toMatchObject({
      code: 'stream_interrupted',
      message: 'It broke off',
      param: null,
      sequence_number: eventsIn(begun).length,
    })
    expect(failed[1]).toMatchObject({
      response: { id: 'resp_1', status: 'failed', error: { code: 'server_error', message: 'It broke off' } },
    })
  })
})

function frame(event: JsonObject): string {
  return `data: ${JSON.stringify(event)}\n\n`
}

function added(index: number, item: JsonObject): JsonObject {
  return { type: 'response.output_item.added', output_index: index, item }
}

function done(index: number, item: JsonObject): JsonObject {
  return { type: 'response.output_item.done', output_index: index, item }
}

function completed(response: JsonObject): JsonObject {
  return { type: 'response.completed', response: { status: 'completed', ...response } }
}

function read(events: readonly JsonObject[]): readonly ChatEvent[] {
  const reader = openaiResponses.readStream({ stripUsage: false })
  return [...reader.read(new TextEncoder().encode(events.map(frame).join(''))).events, ...reader.end().events]
}

function textOf(events: readonly ChatEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')
}

function written(events: readonly ChatEvent[]): readonly JsonObject[] {
  const writer = openaiResponses.writeStream({ wantsUsage: true })
  return eventsIn(events.map((event) => writer.write(event)).join(''))
}

function eventsIn(text: string): readonly JsonObject[] {
  const lines = text.split('\n').filter((line) => line.startsWith('data: {'))
  return lines.map((line) => parseObject(line.slice(6)) ?? {})
}

function recordedStreams(): readonly (readonly JsonObject[])[] {
  const folder = new URL('__fixtures__/', import.meta.url)
  const entries = objectsOf(parseObject(readFileSync(new URL('index.json', folder), 'utf8'))?.entries)
  const names = entries.map((entry) => stringOf(entry.response) ?? '').filter((name) => name.endsWith('.sse'))
  return names.map((name) => eventsIn(readFileSync(new URL(name, folder), 'utf8')))
}
