import { GatewayError } from '@gateway/core'
import type { ChatEvent, JsonObject } from '@gateway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrayOf, objectOf, objectsOf, parseObject } from '../json-fields.ts'
import { openaiChat } from './index.ts'

const START: ChatEvent = { type: 'start', id: 'x', model: 'm', created: 5 }
const USAGE: ChatEvent = {
  type: 'usage',
  usage: { input: { tokens: 5, provenance: 'provider' }, output: { tokens: 2, provenance: 'provider' } },
}

describe('writeStream', () => {
  it('writes what it reads again, wherever it is cut', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (events, sizes) => {
        expect(readInPieces(write(events, true), sizes)).toEqual(events)
      }),
      { numRuns: 300 },
    )
  })

  it('gives every choice a role and a finish reason, every chunk the same id, and one end', () => {
    fc.assert(
      fc.property(streams, fc.boolean(), (events, wantsUsage) => {
        const text = write(events, wantsUsage)
        const chunks = chunksOf(text)
        expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
        expect(new Set(chunks.map((chunk) => chunk.id)).size).toBeLessThanOrEqual(1)
        expect(chunks.every((chunk) => chunk.object === 'chat.completion.chunk')).toBe(true)
        const choices = chunks.flatMap((chunk) => objectsOf(chunk.choices))
        for (const index of new Set(choices.map((choice) => choice.index))) {
          const own = choices.filter((choice) => choice.index === index)
          expect(own.map((choice) => objectOf(choice.delta).role)).toEqual(['assistant', ...own.slice(1).map(() => undefined)])
          expect(own.filter((choice) => choice.finish_reason !== null)).toHaveLength(1)
        }
        expect(chunks.filter((chunk) => chunk.usage !== undefined)).toHaveLength(wantsUsage ? 1 : 0)
      }),
    )
  })

  it('writes usage alone, before the end, and once', () => {
    const text = write(
      [START, { type: 'text-delta', choice: 0, text: 'a' }, USAGE, { type: 'finish', choice: 0, reason: 'stop' }, USAGE, { type: 'end' }],
      true,
    )
    const last = chunksOf(text).at(-1)
    expect(last).toMatchObject({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 } })
    expect(text.match(/usage/g)).toHaveLength(1)
  })

  it('finishes a choice that nobody has finished', () => {
    const call: ChatEvent = { type: 'tool-call-start', choice: 1, call: 0, id: 'a', name: 'f' }
    const chunks = chunksOf(write([START, { type: 'text-delta', choice: 0, text: 'a' }, call, { type: 'end' }], false))
    const reasons = chunks.flatMap((chunk) =>
      objectsOf(chunk.choices).flatMap((choice) => (choice.finish_reason === null ? [] : [choice.finish_reason])),
    )
    expect(reasons).toEqual(['stop', 'tool_calls'])
  })

  it('streams parallel calls as the vendor does', () => {
    const chunks = chunksOf(
      write(
        [
          START,
          { type: 'tool-call-start', choice: 0, call: 0, id: 'a', name: 'f' },
          { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{}' },
          { type: 'tool-call-start', choice: 0, call: 1, id: 'b', name: 'g', kind: 'custom' },
          { type: 'tool-call-delta', choice: 0, call: 1, arguments: 'ls' },
          { type: 'finish', choice: 0, reason: 'tool-calls' },
          { type: 'end' },
        ],
        false,
      ),
    )
    expect(chunks.flatMap((chunk) => objectsOf(chunk.choices).flatMap((choice) => arrayOf(objectOf(choice.delta).tool_calls)))).toEqual([
      { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } },
      { index: 0, function: { arguments: '{}' } },
      { index: 1, id: 'b', type: 'custom', custom: { name: 'g', input: '' } },
      { index: 1, custom: { input: 'ls' } },
    ])
  })

  it('leaves out what only another protocol can say', () => {
    const writer = openaiChat.writeStream({ wantsUsage: false })
    expect(writer.write({ type: 'reasoning-signature', choice: 0, signature: 's' })).toBe('')
    expect(writer.write({ type: 'opaque-delta', choice: 0, protocol: 'gemini', value: { executableCode: {} } })).toBe('')
  })

  it('fails with a typed error and without an end', () => {
    const writer = openaiChat.writeStream({ wantsUsage: true })
    writer.write(START)
    const text = writer.fail(new GatewayError('stream-interrupted', 'The answer broke off'), 502)
    expect(text).toBe(
      'data: {"error":{"message":"The answer broke off","param":null,"type":"server_error","code":"stream_interrupted"}}\n\n',
    )
    expect(readInPieces(text, [7]).at(-1)).toMatchObject({ type: 'error' })
  })
})

const text = fc.string({ unit: 'binary', minLength: 1 }).filter((value) => value.isWellFormed())
const logprobs = fc.option(fc.record({ content: fc.array(fc.record({ token: text, logprob: fc.integer() })) }), { nil: undefined })
const spoken = fc
  .tuple(fc.constantFrom('text-delta' as const, 'refusal-delta' as const), text, logprobs)
  .map(([type, value, own]) => (choice: number): ChatEvent[] => [
    own === undefined ? { type, choice, text: value } : { type, choice, text: value, logprobs: own },
  ])
const thought = text.map((value) => (choice: number): ChatEvent[] => [{ type: 'reasoning-delta', choice, text: value }])
const opaque = fc.record({ audio: fc.record({ data: text }) }).map((value) => (choice: number): ChatEvent[] => [
  { type: 'opaque-delta', choice, protocol: 'openai-chat', value },
])
const called = fc
  .tuple(text, text, fc.array(text), fc.boolean())
  .map(([id, name, pieces, isCustom]) => (choice: number, call: number): ChatEvent[] => [
    { type: 'tool-call-start', choice, call, id, name, ...(isCustom && { kind: 'custom' }) },
    ...pieces.map((piece): ChatEvent => ({ type: 'tool-call-delta', choice, call, arguments: piece })),
  ])
const saying = fc.tuple(fc.nat({ max: 2 }), fc.oneof(spoken, thought, opaque, called))
const reason = fc.constantFrom('stop' as const, 'length' as const, 'tool-calls' as const, 'content-filter' as const)
const figure = fc.nat().map((tokens) => ({ tokens, provenance: 'provider' as const }))
const usage = fc.record(
  { input: figure, output: figure, cachedInput: figure, reasoning: figure },
  { requiredKeys: ['input', 'output'], noNullPrototype: true },
)

/** Any valid stream: a start, what up to three choices say, a finish for each, usage, an end. */
const streams = fc.tuple(fc.array(saying), reason, usage).map(([sayings, why, counts]): readonly ChatEvent[] => {
  const calls = [0, 0, 0]
  const said = sayings.flatMap(([choice, make]) => {
    const events = make(choice, calls[choice] ?? 0)
    if (events[0]?.type === 'tool-call-start') calls[choice] = (calls[choice] ?? 0) + 1
    return events
  })
  const choices = new Set([0, ...sayings.map(([choice]) => choice)])
  const finishes = [...choices].map((choice): ChatEvent => ({ type: 'finish', choice, reason: why }))
  return [START, ...said, ...finishes, { type: 'usage', usage: counts }, { type: 'end' }]
})

function write(events: readonly ChatEvent[], wantsUsage: boolean): string {
  const writer = openaiChat.writeStream({ wantsUsage })
  return events.map((event) => writer.write(event)).join('')
}

function chunksOf(stream: string): readonly JsonObject[] {
  const chunks = stream.split('\n\n').map((frame) => parseObject(frame.slice('data: '.length)))
  return chunks.filter((chunk) => chunk !== null)
}

function readInPieces(stream: string, sizes: readonly number[]): readonly ChatEvent[] {
  const bytes = new TextEncoder().encode(stream)
  const reader = openaiChat.readStream({ stripUsage: false })
  const events: ChatEvent[] = []
  for (let start = 0, index = 0; start < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1
    events.push(...reader.read(bytes.slice(start, start + size)).events)
    start += size
  }
  return [...events, ...reader.end().events]
}
