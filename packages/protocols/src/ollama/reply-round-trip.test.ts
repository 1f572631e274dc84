import type { ChatEvent, ChatReply } from '@gateway/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseObject } from '../json-fields.ts'
import { assistantContent, optional, word } from './__fixtures__/arbitraries.ts'
import { ollamaChat } from './index.ts'

it('reads the answer that was written, whatever it says', () => {
  fc.assert(
    fc.property(replies, (reply) => {
      const written = ollamaChat.writeReply(reply)
      expect(written.warnings).toEqual([])
      expect(ollamaChat.readReply(parseObject(JSON.stringify(written.value)) ?? {})).toEqual(reply)
    }),
    { numRuns: 1000 },
  )
})

it('reads the stream that was written, wherever it is cut', () => {
  fc.assert(
    fc.property(streams, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (events, sizes) => {
      const writer = ollamaChat.writeStream({ wantsUsage: false })
      const text = events.map((event) => writer.write(event)).join('')
      expect(readInPieces(text, sizes)).toEqual(events)
    }),
    { numRuns: 1000 },
  )
})

const figure = fc.nat().map((tokens) => ({ tokens, provenance: 'provider' as const }))
const usage = fc.record(
  { input: figure, output: figure, cachedInput: figure },
  { requiredKeys: ['input', 'output'], noNullPrototype: true },
)
const times = fc.integer({ min: 1, max: 4_000_000_000 })
const logprobs = fc.array(fc.record({ token: word, logprob: fc.integer() }), { minLength: 1 }).map((content) => ({ content }))

/** As the server tells the time: an id is made of it. */
function timeOf(created: number): string {
  return new Date(created * 1000).toISOString().replace('.000Z', 'Z')
}

function idOf(created: number): string {
  return `ollama-${timeOf(created).replaceAll(/[-:]/g, '')}`
}

const replies: fc.Arbitrary<ChatReply> = fc
  .tuple(
    word,
    times,
    assistantContent.filter((content) => content.length > 0),
    fc.boolean(),
    usage,
    fc.option(logprobs, { nil: undefined }),
    optional({}, { extensions: fc.nat().map((total) => ({ protocol: 'ollama', fields: { total_duration: total } })) }),
  )
  .map(([model, created, content, isCut, counts, probabilities, extensions]) => {
    const whole = content.some((part) => part.type === 'tool-call') ? ('tool-calls' as const) : ('stop' as const)
    const finishReason = isCut ? ('length' as const) : whole
    const choice = { index: 0, content, finishReason, ...(probabilities && { logprobs: probabilities }) }
    return { id: idOf(created), model, created, choices: [choice], usage: counts, ...extensions }
  })

const text = fc.string({ unit: 'binary', minLength: 1 }).filter((value) => value.isWellFormed())
const said: fc.Arbitrary<ChatEvent> = fc.oneof(
  text.map((value): ChatEvent => ({ type: 'reasoning-delta', choice: 0, text: value })),
  fc
    .tuple(text, fc.option(logprobs, { nil: undefined }))
    .map(([value, own]): ChatEvent => ({ type: 'text-delta', choice: 0, text: value, ...(own && { logprobs: own }) })),
)
const called = fc.tuple(fc.uuid(), word, fc.dictionary(word, fc.integer(), { noNullPrototype: true }))

/** Any valid stream: a start, thoughts and texts, calls, a finish, usage, an end. */
const streams = fc
  .tuple(times, fc.array(said, { minLength: 1 }), fc.array(called), fc.boolean(), usage)
  .map(([created, sayings, calls, isCut, counts]): readonly ChatEvent[] => [
    { type: 'start', id: idOf(created), model: 'm', created },
    ...sayings,
    ...calls.flatMap(([id, name, input], call): readonly ChatEvent[] => [
      { type: 'tool-call-start', choice: 0, call, id, name },
      { type: 'tool-call-delta', choice: 0, call, arguments: JSON.stringify(input) },
    ]),
    { type: 'finish', choice: 0, reason: finishOf(isCut, calls.length) },
    { type: 'usage', usage: counts },
    { type: 'end' },
  ])

function finishOf(isCut: boolean, calls: number): 'length' | 'tool-calls' | 'stop' {
  if (isCut) return 'length'
  return calls > 0 ? 'tool-calls' : 'stop'
}

function readInPieces(stream: string, sizes: readonly number[]): readonly ChatEvent[] {
  const bytes = new TextEncoder().encode(stream)
  const reader = ollamaChat.readStream({ stripUsage: false })
  const events: ChatEvent[] = []
  for (let start = 0, index = 0; start < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1
    events.push(...reader.read(bytes.slice(start, start + size)).events)
    start += size
  }
  return [...events, ...reader.end().events]
}
