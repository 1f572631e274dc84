import { mergeUsage } from '@gateway/core'
import type { ChatEvent, ChatReply, FinishReason } from '@gateway/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseObject } from '../json-fields.ts'
import { text, toolCall, word } from './__fixtures__/arbitraries.ts'
import { workersAi } from './index.ts'

it('reads the answer that was written, whatever it says', () => {
  fc.assert(
    fc.property(replies, (reply) => {
      const written = workersAi.writeReply(reply)
      expect(written.warnings).toEqual([])
      const again = workersAi.readReply(parseObject(JSON.stringify(written.value)) ?? {})
      // A brief answer has no id: one is made of what it says.
      expect({ ...again, id: reply.id }).toEqual(reply)
      expect(again.id).not.toBe('')
    }),
    { numRuns: 1000 },
  )
})

it('reads the stream that was written, wherever it is cut', () => {
  fc.assert(
    fc.property(streams, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (events, sizes) => {
      const writer = workersAi.writeStream({ wantsUsage: true })
      const written = events.map((event) => writer.write(event)).join('')
      const [start, ...said] = readInPieces(written, sizes)
      expect([{ ...start, id: 'x' }, ...said]).toEqual(events)
    }),
    { numRuns: 1000 },
  )
})

const figure = fc.nat().map((tokens) => ({ tokens, provenance: 'provider' as const }))
const usage = fc.record(
  { input: figure, output: figure, cachedInput: figure },
  { requiredKeys: ['input', 'output'], noNullPrototype: true },
)
const head = fc.constantFrom({ model: '' }, { model: '@cf/moonshotai/kimi-k2.6', created: 5 })

/** Extras of calls are those of the protocol that reads them, which for a newer model is OpenAI's chat. */
const calls = fc.array(toolCall.map(({ extras: _, ...call }) => call))

const replies: fc.Arbitrary<ChatReply> = fc
  .tuple(head, fc.array(text, { maxLength: 1 }), calls, fc.boolean(), usage)
  .filter(([, said, called]) => said.length + called.length > 0)
  .map(([own, said, called, isCut, counts]) => ({
    id: 'x',
    ...own,
    choices: [{ index: 0, content: [...said, ...called], finishReason: finishOf(isCut, called.length) }],
    usage: counts,
  }))

const pieces = fc.string({ unit: 'binary', minLength: 1 }).filter((value) => value.isWellFormed())
const called = fc.tuple(fc.uuid(), word, fc.array(pieces))

/** Any valid stream: a start, what is said, calls, a finish, usage, an end. */
const streams = fc
  .tuple(head, fc.array(pieces, { minLength: 1 }), fc.array(called), fc.boolean(), usage)
  .map(([own, said, toolCalls, isCut, counts]): readonly ChatEvent[] => [
    { type: 'start', id: 'x', ...own },
    ...said.map((piece): ChatEvent => ({ type: 'text-delta', choice: 0, text: piece })),
    ...toolCalls.flatMap(([id, name, written], call): readonly ChatEvent[] => [
      { type: 'tool-call-start', choice: 0, call, id, name },
      ...written.map((piece): ChatEvent => ({ type: 'tool-call-delta', choice: 0, call, arguments: piece })),
    ]),
    { type: 'finish', choice: 0, reason: finishOf(isCut, toolCalls.length) },
    { type: 'usage', usage: mergeUsage({}, counts) },
    { type: 'end' },
  ])

function finishOf(isCut: boolean, callCount: number): FinishReason {
  if (isCut) return 'length'
  return callCount > 0 ? 'tool-calls' : 'stop'
}

function readInPieces(stream: string, sizes: readonly number[]): readonly ChatEvent[] {
  const bytes = new TextEncoder().encode(stream)
  const reader = workersAi.readStream({ stripUsage: false })
  const events: ChatEvent[] = []
  for (let start = 0, index = 0; start < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1
    events.push(...reader.read(bytes.slice(start, start + size)).events)
    start += size
  }
  return [...events, ...reader.end().events]
}
