import { GatewayError } from '@gateway/core'
import type { ChatEvent, JsonObject } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { workersAi } from './index.ts'

const ZEROS = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }
const USAGE = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }

describe('readStream', () => {
  it('reads tokens with padding, and usage that comes twice', () => {
    const events = read(
      sse({ response: 'Hel', p: 'abd' }, { response: 'lo', p: 'abdefgh' }, { response: '', usage: USAGE }, { response: '', usage: ZEROS }),
    )
    expect(kindsOf(events)).toEqual(['start', 'text-delta', 'text-delta', 'usage', 'usage', 'finish', 'end'])
    expect(events).toContainEqual({ type: 'finish', choice: 0, reason: 'stop' })
    expect(events.flatMap((event) => (event.type === 'usage' ? [event.usage.output?.tokens] : []))).toEqual([2, 0])
  })

  it('reads numbers and objects as text, as the model meant them', () => {
    const events = read(sse({ response: 4 }, { response: 2 }))
    expect(events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []))).toEqual(['4', '2'])
  })

  it('streams calls as they come, flat or nested, without the null that ends them', () => {
    const events = read(
      sse(
        { response: '', tool_calls: [{ id: 'a', type: 'function', index: 0, function: { name: 'f' } }] },
        { tool_calls: [{ index: 0, function: { arguments: '{"day":' } }] },
        { tool_calls: [{ index: 0, function: { arguments: '1}' } }] },
        { tool_calls: [{ id: null, type: null, index: 0, function: { name: null, arguments: '' } }] },
        { tool_calls: [{ name: 'g', arguments: { b: 2 } }] },
      ),
    )
    const [start] = events
    expect(events.slice(1)).toEqual([
      { type: 'tool-call-start', choice: 0, call: 0, id: 'a', name: 'f' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{"day":' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: '1}' },
      { type: 'tool-call-start', choice: 0, call: 1, id: `${start?.type === 'start' ? start.id : ''}-0-1`, name: 'g' },
      { type: 'tool-call-delta', choice: 0, call: 1, arguments: '{"b":2}' },
      { type: 'finish', choice: 0, reason: 'tool-calls' },
      { type: 'end' },
    ])
  })

  it('reads chunks in the shape of OpenAI chat, without a role, with a finish and usage that come twice', () => {
    const chunk = (delta: JsonObject, more: JsonObject = {}): JsonObject => ({
      id: 'x',
      model: 'm',
      choices: [{ index: 0, delta, ...more }],
    })
    const last = { ...chunk({}, { finish_reason: 'stop' }), usage: USAGE }
    const events = read(
      sse(chunk({ content: 'Hello' }), chunk({}, { finish_reason: null, stop_reason: 200_012 }), last, { ...last, usage: ZEROS }),
    )
    expect(kindsOf(events)).toEqual(['start', 'text-delta', 'finish', 'usage', 'usage', 'end'])
  })

  it('begins once where both kinds of chunks come', () => {
    const events = read(sse({ id: 'x', choices: [{ delta: { content: 'a' }, finish_reason: 'stop' }] }, { response: '', usage: USAGE }))
    expect(kindsOf(events)).toEqual(['start', 'text-delta', 'finish', 'usage', 'end'])
  })

  it('reads a completion that answers a chat', () => {
    const events = read(sse({ id: 'x', choices: [{ text: 'a', finish_reason: 'stop' }] }))
    expect(kindsOf(events)).toEqual(['start', 'text-delta', 'finish', 'end'])
  })

  it('reads the events of the Responses API', () => {
    const events = read(
      frames(
        { type: 'response.created', response: { id: 'r', model: 'm' } },
        { type: 'response.output_item.added', output_index: 0, item: { id: 'i', type: 'message', role: 'assistant', content: [] } },
        { type: 'response.content_part.added', item_id: 'i', output_index: 0, content_index: 0, part: { type: 'output_text', text: '' } },
        { type: 'response.output_text.delta', item_id: 'i', output_index: 0, content_index: 0, delta: 'Hello' },
        {
          type: 'response.completed',
          response: { id: 'r', status: 'completed', output: [], usage: { input_tokens: 5, output_tokens: 2 } },
        },
      ),
    )
    expect(kindsOf(events)).toEqual(['start', 'text-delta', 'finish', 'usage', 'end'])
  })

  it('takes a whole answer where a stream was asked for, and passes it on as a stream', () => {
    const body = JSON.stringify(
      { result: { response: 'Hello', tool_calls: [{ name: 'f', arguments: {} }], usage: USAGE }, success: true },
      null,
      2,
    )
    for (const text of [body, `${body}\n\n`]) {
      const reader = workersAi.readStream({ stripUsage: false })
      const parts = [reader.read(new TextEncoder().encode(text)), reader.end()]
      expect(kindsOf(parts.flatMap((part) => part.events))).toEqual([
        'start',
        'text-delta',
        'tool-call-start',
        'tool-call-delta',
        'finish',
        'usage',
        'end',
      ])
      const passed = parts.map((part) => new TextDecoder().decode(part.bytes)).join('')
      expect(passed).toMatch(/^data: \{"response":"Hello"\}\n\n[^]*data: \[DONE\]\n\n$/)
    }
  })

  it('takes usage out of newer chunks where the gateway alone asked for it', () => {
    const text = sse(
      { id: 'x', choices: [{ delta: { content: 'a' }, finish_reason: 'stop' }], usage: USAGE },
      { id: 'x', choices: [], usage: USAGE },
    )
    const reader = workersAi.readStream({ stripUsage: true })
    const { bytes, events } = reader.read(new TextEncoder().encode(text))
    expect(new TextDecoder().decode(bytes)).toBe(
      'data: {"id":"x","choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    )
    expect(kindsOf(events)).toEqual(['start', 'text-delta', 'finish', 'usage', 'usage', 'end'])
  })

  it.each([
    ['no end', frames({ response: 'a' }), 'truncated-stream'],
    ['nothing', '', 'truncated-stream'],
    ['an end alone', 'data: [DONE]\n\n', 'empty-reply'],
    ['an end before a finish', sse({ choices: [{ delta: { content: 'a' } }] }), 'truncated-stream'],
    [
      'an error in mid-stream',
      frames({ response: 'a' }, { success: false, errors: [{ code: 3040, message: 'No capacity' }] }),
      'overloaded',
    ],
    ['an error of a newer model', frames({ error: { message: 'broke', code: 500 } }), 'error-in-reply'],
    ['an error as a finish', frames({ choices: [{ delta: {}, finish_reason: 'error' }] }), 'error-in-reply'],
    ['an error in place of a stream', '{"success":false,"errors":[{"code":5007,"message":"No such model"}]}', 'model-not-found'],
    ['a page', '<html></html>', 'malformed-reply'],
    ['a chunk that is no object', 'data: 5\n\n', 'malformed-reply'],
  ])('fails for %s', (_, text, reason) => {
    const events = read(text)
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { reason } })
    expect(kindsOf(events)).not.toContain('end')
  })

  it('ends without its terminal event where it has said why it ends', () => {
    expect(kindsOf(read(frames({ response: 'a' }, { finish_reason: 'length' })))).toEqual(['start', 'text-delta', 'finish', 'end'])
  })
})

describe('writeStream', () => {
  it('fails with an error that both kinds of clients know, and no end', () => {
    const text = workersAi.writeStream({ wantsUsage: true }).fail(new GatewayError('stream-interrupted', 'broke off'), 502)
    expect(JSON.parse(text.slice('data: '.length))).toMatchObject({
      success: false,
      errors: [{ code: 3008, message: 'broke off' }],
      error: { message: 'broke off' },
    })
    expect(read(text).at(-1)).toMatchObject({ type: 'error' })
  })

  it('leaves out of brief chunks what they cannot say', () => {
    const writer = workersAi.writeStream({ wantsUsage: true })
    const written = [
      writer.write({ type: 'start', id: 'x', model: '' }),
      writer.write({ type: 'reasoning-delta', choice: 0, text: 'hm' }),
      writer.write({ type: 'text-delta', choice: 1, text: 'other' }),
      writer.write({ type: 'refusal-delta', choice: 0, text: 'no' }),
      writer.write({ type: 'end' }),
    ]
    expect(written.join('')).toBe('data: {"response":"no"}\n\ndata: [DONE]\n\n')
  })
})

function frames(...chunks: readonly unknown[]): string {
  return chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')
}

function sse(...chunks: readonly unknown[]): string {
  return `${frames(...chunks)}data: [DONE]\n\n`
}

function read(text: string): readonly ChatEvent[] {
  const reader = workersAi.readStream({ stripUsage: false })
  return [...reader.read(new TextEncoder().encode(text)).events, ...reader.end().events]
}

function kindsOf(events: readonly ChatEvent[]): readonly string[] {
  return events.map(({ type }) => type)
}
