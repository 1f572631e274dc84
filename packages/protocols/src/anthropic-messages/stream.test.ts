import { GatewayError } from '@gateway/core'
import type { ChatEvent, JsonObject, StreamReader } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { objectOf, parseObject, stringOf } from '../json-fields.ts'
import { anthropicMessages } from './index.ts'
import { readStream } from './stream.ts'

const START = {
  type: 'message_start',
  message: { id: 'm', model: 'c', usage: { input_tokens: 3, cache_read_input_tokens: 90, output_tokens: 1 } },
}
const DELTA = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } }
const STOP = { type: 'message_stop' }

describe('reading a stream', () => {
  it('adds up usage whose classes come in different events', () => {
    const late = { ...DELTA, usage: { output_tokens: 7, cache_creation_input_tokens: 10 } }
    const usages = read(frames(START, late, STOP)).events.filter((event) => event.type === 'usage')
    expect(usages.at(-1)).toEqual({
      type: 'usage',
      usage: {
        input: { tokens: 103, provenance: 'computed' },
        cachedInput: { tokens: 90, provenance: 'provider' },
        cacheWrite: { tokens: 10, provenance: 'provider' },
        output: { tokens: 7, provenance: 'provider' },
      },
    })
  })

  it('gives a call without arguments an empty object', () => {
    const { events } = read(frames(START, blockStart(0, { type: 'tool_use', id: 't', name: 'f', input: {} }), blockStop(0), DELTA, STOP))
    expect(events.filter(({ type }) => type.startsWith('tool-call'))).toEqual([
      { type: 'tool-call-start', choice: 0, call: 0, id: 't', name: 'f' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{}' },
    ])
  })

  it('takes arguments that come whole with the start of their call', () => {
    const { events } = read(
      frames(START, blockStart(0, { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } }), blockStop(0), DELTA, STOP),
    )
    expect(events).toContainEqual({ type: 'tool-call-delta', choice: 0, call: 0, arguments: '{"a":1}' })
  })

  it('counts calls from 0 whatever stands between them', () => {
    const call = (index: number, id: string) => [
      blockStart(index, { type: 'tool_use', id, name: 'f' }),
      json(index, '{}'),
      blockStop(index),
    ]
    const { events } = read(
      frames(START, blockStart(0, { type: 'text', text: '' }), blockStop(0), ...call(1, 'a'), ...call(3, 'b'), DELTA, STOP),
    )
    expect(events.flatMap((event) => (event.type === 'tool-call-start' ? [[event.call, event.id]] : []))).toEqual([
      [0, 'a'],
      [1, 'b'],
    ])
  })

  it('carries server tools, their results and citations to a client of the same words', () => {
    const search = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }
    const citation = { type: 'content_block_delta', index: 2, delta: { type: 'citations_delta', citation: { url: 'u' } } }
    const text = { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 'cited' } }
    const said = [
      blockStart(0, search),
      json(0, '{"query":"x"}'),
      blockStop(0),
      blockStart(1, { type: 'text', text: 'plain' }),
      blockStop(1),
      blockStart(2, { type: 'text', text: '' }),
      citation,
      text,
      blockStop(2),
    ]
    const writer = anthropicMessages.writeStream({ wantsUsage: true })
    const written = read(frames(START, ...said, DELTA, STOP))
      .events.map((event) => writer.write(event))
      .join('')
    const [, ...blocks] = eventsIn(written).filter((event) => event.type !== 'message_delta' && event.type !== 'message_stop')
    const plain = [
      blockStart(1, { type: 'text', text: '' }),
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'plain' } },
    ]
    expect(blocks).toEqual([...said.slice(0, 3), ...plain, ...said.slice(4)])
  })

  it('passes events that nobody knows, and pings, without a word', () => {
    const text = `: hello\n\n${frames(START)}event: ping\ndata: {"type":"ping"}   \n\nevent: new\ndata: {"type":"new"}\n\n${frames(DELTA, STOP)}`
    const { events, passed } = read(text)
    expect(passed).toBe(text)
    expect(events.map(({ type }) => type)).toEqual(['start', 'usage', 'finish', 'usage', 'end'])
  })

  it('names events that came without a name, since the vendor’s clients skip those', () => {
    const unnamed = [START, DELTA, STOP].map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
    expect(read(unnamed).passed).toBe(frames(START, DELTA, STOP))
  })

  it.each([
    ['an error event', 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n', 'overloaded'],
    ['an error without a name', 'data: {"type":"error","error":{"type":"api_error","message":"x"}}\n\n', 'error-in-reply'],
    ['an error that is no JSON', 'event: error\ndata: upstream gone\n\n', 'error-in-reply'],
    ['half of an event', 'event: content_block_delta\ndata: {"type":\n\n', 'malformed-reply'],
    ['an end without a reason', frames(STOP), 'truncated-stream'],
    ['nothing more', '', 'truncated-stream'],
  ])('ends in an error at %s, which is not passed on', (_, text, reason) => {
    const { events, passed } = read(frames(START) + text)
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { scope: 'endpoint', reason, retryable: true } })
    expect(passed).toBe(frames(START))
  })

  it('is no end where the reason is known and the last event is missing', () => {
    expect(read(frames(START, DELTA)).events.at(-1)).toMatchObject({ type: 'error', failure: { reason: 'truncated-stream' } })
  })

  it('takes a last event that only lacks its blank line', () => {
    expect(read(frames(START, DELTA, STOP).trimEnd()).events.at(-1)).toEqual({ type: 'end' })
  })

  it('reads an error in JSON under the content type of a stream', () => {
    const body = '{"type":"error","error":{"type":"not_found_error","message":"model: x"}}'
    expect(read(body).events).toMatchObject([{ type: 'error', failure: { reason: 'model-not-found', retryable: false } }])
  })

  it('holds no more than it may of a line that never ends', () => {
    const reader = readStream({ stripUsage: false, maxFrameBytes: 100 })
    expect(reader.read(new TextEncoder().encode(`data: ${'x'.repeat(200)}`)).events).toMatchObject([
      { type: 'error', failure: { reason: 'reply-too-large' } },
    ])
  })

  it('survives events whose fields are all wrong', () => {
    const wrong = [
      { type: 'message_start', message: 5 },
      { type: 'content_block_start', index: 'x', content_block: null },
      { type: 'content_block_delta', index: null, delta: [] },
      { type: 'content_block_delta', index: 9, delta: { type: 'text_delta', text: 5 } },
      { type: 'content_block_stop', index: 77 },
      { type: 'message_delta', delta: null, usage: [] },
      { type: 7 },
    ]
    expect(read(frames(...wrong)).events.at(-1)).toMatchObject({ type: 'error', failure: { reason: 'truncated-stream' } })
  })
})

describe('writing a stream', () => {
  it('puts usage that is known in time into the start, and all of it into the end', () => {
    const events = eventsIn(
      write([
        { type: 'start', id: 'i', model: 'm' },
        { type: 'usage', usage: { input: { tokens: 9, provenance: 'provider' }, cachedInput: { tokens: 4, provenance: 'provider' } } },
        { type: 'text-delta', choice: 0, text: 'Hi' },
        { type: 'finish', choice: 0, reason: 'stop' },
        { type: 'usage', usage: { output: { tokens: 2, provenance: 'provider' } } },
        { type: 'end' },
      ]),
    )
    expect(events[0]).toMatchObject({ message: { usage: { input_tokens: 5, cache_read_input_tokens: 4, output_tokens: 0 } } })
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'end_turn' }, usage: { input_tokens: 5, output_tokens: 2 } })
  })

  it('keeps blocks whole where the arguments of parallel calls are mixed', () => {
    const start = (call: number) => ({ type: 'tool-call-start', choice: 0, call, id: `t${call}`, name: 'f' }) as const
    const delta = (call: number, text: string) => ({ type: 'tool-call-delta', choice: 0, call, arguments: text }) as const
    const mixed = [start(0), start(1), delta(0, '{"a"'), delta(1, '{"b"'), start(2), delta(0, ':1}'), delta(1, ':2}'), delta(2, '{}')]
    expect(blocksIn(write([...mixed, { type: 'finish', choice: 0, reason: 'tool-calls' }, { type: 'end' }]))).toEqual([
      ['t0', '{"a":1}'],
      ['t1', '{"b":2}'],
      ['t2', '{}'],
    ])
  })

  it('gives up no call whose arguments never become whole', () => {
    const start = (call: number) => ({ type: 'tool-call-start', choice: 0, call, id: `t${call}`, name: 'f' }) as const
    const broken = [start(0), start(1), { type: 'tool-call-delta', choice: 0, call: 1, arguments: '{"b' } as const, start(2)]
    expect(blocksIn(write([...broken, { type: 'end' }]))).toEqual([
      ['t0', ''],
      ['t1', '{"b'],
      ['t2', ''],
    ])
  })

  it('wraps the free text of a custom call in an object', () => {
    const written = write([
      { type: 'tool-call-start', choice: 0, call: 0, id: 't', name: 'f', kind: 'custom' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: 'say "x"\n' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: 'end' },
      { type: 'end' },
    ])
    expect(blocksIn(written)).toEqual([['t', JSON.stringify({ input: 'say "x"\nend' })]])
  })

  it.each([
    [{ type: 'tool-call-start', choice: 0, call: 0, id: 't', name: 'f' }, 'tool_use'],
    [{ type: 'refusal-delta', choice: 0, text: 'No' }, 'refusal'],
    [{ type: 'text-delta', choice: 0, text: 'Yes' }, 'end_turn'],
  ] as const)('tells clients that go by the reason alone how the answer %j stopped', (event, word) => {
    const events = eventsIn(write([event, { type: 'finish', choice: 0, reason: 'stop' }, { type: 'end' }]))
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: word } })
  })

  it('leaves out a second answer, and words that only others know', () => {
    const written = write([
      { type: 'text-delta', choice: 1, text: 'second' },
      { type: 'opaque-delta', choice: 0, protocol: 'gemini', value: { grounding: 1 } },
      { type: 'end' },
    ])
    expect(eventsIn(written).map(({ type }) => type)).toEqual(['message_start', 'message_delta', 'message_stop'])
  })

  it('ends in an error event, and nothing that looks like success', () => {
    const writer = anthropicMessages.writeStream({ wantsUsage: true })
    writer.write({ type: 'text-delta', choice: 0, text: 'Hi' })
    const written = writer.fail(new GatewayError('stream-interrupted', 'The answer broke off.'), 502)
    expect(written).toMatch(/^event: error\ndata: \{"type":"error","error":\{"type":"api_error","message":"The answer broke off\."/)
    expect(written).not.toContain('message_stop')
  })
})

function frames(...events: readonly JsonObject[]): string {
  return events.map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}

function blockStart(index: number, block: JsonObject): JsonObject {
  return { type: 'content_block_start', index, content_block: block }
}

function blockStop(index: number): JsonObject {
  return { type: 'content_block_stop', index }
}

function json(index: number, text: string): JsonObject {
  return { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: text } }
}

function read(text: string): { readonly events: readonly ChatEvent[]; readonly passed: string } {
  const reader: StreamReader = anthropicMessages.readStream({ stripUsage: true })
  const first = reader.read(new TextEncoder().encode(text))
  const last = reader.end()
  const decoder = new TextDecoder()
  return { events: [...first.events, ...last.events], passed: decoder.decode(first.bytes) + decoder.decode(last.bytes) }
}

function write(events: readonly ChatEvent[]): string {
  const writer = anthropicMessages.writeStream({ wantsUsage: true })
  return events.map((event) => writer.write(event)).join('')
}

function eventsIn(text: string): readonly JsonObject[] {
  return text.split('\n').flatMap((line) => (line.startsWith('data:') ? [parseObject(line.slice(5)) ?? {}] : []))
}

/** Id and arguments of each block. Throws where blocks are not started, filled and stopped one after the other. */
function blocksIn(text: string): readonly (readonly [unknown, string])[] {
  const events = eventsIn(text).filter(({ index }) => index !== undefined)
  const starts = events.flatMap((event, position) => (event.type === 'content_block_start' ? [position] : []))
  return starts.map((position, index) => {
    const block = events.slice(position, starts[index + 1])
    const isWhole = block.every((event) => event.index === index) && block.at(-1)?.type === 'content_block_stop'
    if (!isWhole) throw new Error(`Block ${index} is mixed with another`)
    const pieces = block.map((event) => stringOf(objectOf(event.delta).partial_json) ?? '')
    return [objectOf(block[0]?.content_block).id, pieces.join('')]
  })
}
