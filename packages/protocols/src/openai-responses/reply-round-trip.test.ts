import { usageFrom } from '@gateway/core'
import type { AssistantPart, ChatEvent, ChatReply, FinishReason } from '@gateway/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseObject } from '../json-fields.ts'
import { openaiResponses } from './index.ts'

const OWN = 'openai-responses'

it('reads the answer that was written, whatever it says', () => {
  fc.assert(
    fc.property(replies(), (reply) => {
      const written = openaiResponses.writeReply(reply)
      expect(written.warnings).toEqual([])
      expect(openaiResponses.readReply(parseObject(JSON.stringify(written.value)) ?? {})).toEqual(reply)
    }),
    { numRuns: 1000 },
  )
})

it('reads the stream that was written, whatever it says and however it is cut', () => {
  fc.assert(
    fc.property(streams(), fc.integer({ min: 1, max: 200 }), (events, size) => {
      const writer = openaiResponses.writeStream({ wantsUsage: true })
      const bytes = new TextEncoder().encode(events.map((event) => writer.write(event)).join(''))
      const reader = openaiResponses.readStream({ stripUsage: false })
      const read: ChatEvent[] = []
      for (let start = 0; start < bytes.length; start += size) read.push(...reader.read(bytes.slice(start, start + size)).events)
      expect([...read, ...reader.end().events]).toEqual(events)
    }),
    { numRuns: 1000 },
  )
})

const word = fc.string({ minLength: 1 })
const id = fc.stringMatching(/^resp_[a-z0-9]{1,8}$/)
const created = fc.integer({ min: 1 })
const counts = fc.record({
  input: fc.nat(),
  cachedInput: fc.nat(),
  cacheWrite: fc.nat(),
  output: fc.integer({ min: 1 }),
  reasoning: fc.nat(),
})
const usage = counts.map((known) => usageFrom(known, 'provider'))

const textPart = fc.record({ type: fc.constant('text' as const), text: fc.string() })
const refusal = fc.record({ type: fc.constant('refusal' as const), text: fc.string() })
const opaque = fc.record({
  type: fc.constant('opaque' as const),
  protocol: fc.constant(OWN),
  value: fc.record({ type: fc.constantFrom('web_search_call', 'compaction') }),
})
const reasoning = fc.oneof(
  fc.record({ type: fc.constant('reasoning' as const), text: word }),
  fc.record({ type: fc.constant('reasoning' as const), text: word, isVerbatim: fc.constant(true) }),
  fc.record({ type: fc.constant('reasoning' as const), text: fc.string(), signature: fc.string() }),
  fc.record({ type: fc.constant('reasoning' as const), text: fc.string(), encrypted: word, id: word }),
)
const callPart = fc.oneof(
  fc.record({ type: fc.constant('tool-call' as const), id: word, name: fc.string(), arguments: fc.string() }),
  fc.record({ type: fc.constant('tool-call' as const), id: word, name: word, arguments: fc.string(), signature: word }),
  fc.record({
    type: fc.constant('tool-call' as const),
    id: word,
    name: word,
    arguments: fc.string(),
    kind: fc.constant('custom' as const),
  }),
)
const content: fc.Arbitrary<readonly AssistantPart[]> = fc.array(fc.oneof(textPart, refusal, opaque, reasoning, callPart), { minLength: 1 })

function replies(): fc.Arbitrary<ChatReply> {
  const cut = fc.constantFrom<FinishReason | undefined>(undefined, 'length', 'content-filter')
  return fc.record({ id, model: fc.string(), created, content, cut, usage }).map(({ content: parts, cut: reason, ...reply }) => ({
    ...reply,
    choices: [{ index: 0, content: parts, finishReason: reason ?? finishOf(parts.some((part) => part.type === 'tool-call')) }],
  }))
}

function finishOf(hasCalls: boolean): FinishReason {
  return hasCalls ? 'tool-calls' : 'stop'
}

/** Steps of a model that thinks, speaks and calls; calls come interleaved at the end. */
function streams(): fc.Arbitrary<readonly ChatEvent[]> {
  const said = fc.oneof(
    word.map((piece): ChatEvent[] => [{ type: 'text-delta', choice: 0, text: piece }]),
    word.map((piece): ChatEvent[] => [
      { type: 'text-delta', choice: 0, text: piece, logprobs: { content: [{ token: piece, logprob: -1, bytes: [1], top_logprobs: [] }] } },
    ]),
    word.map((piece): ChatEvent[] => [{ type: 'refusal-delta', choice: 0, text: piece }]),
    fc
      .constantFrom('web_search_call', 'compaction')
      .map((type): ChatEvent[] => [{ type: 'opaque-delta', choice: 0, protocol: OWN, value: { type } }]),
  )
  const thought = fc
    .tuple(fc.array(word, { minLength: 1 }), fc.boolean(), fc.option(word))
    .map(([pieces, isVerbatim, encrypted]) => ({ pieces, isVerbatim, encrypted }))
  const spoken = fc.array(
    fc.oneof(
      said.map((events) => ({ events })),
      thought.map((one) => ({ thought: one })),
    ),
  )
  const calls = fc.array(fc.record({ callId: word, name: fc.string(), isCustom: fc.boolean(), pieces: fc.array(word) }))
  return fc
    .record({ id, model: fc.string(), created, spoken, calls, isCut: fc.boolean(), usage })
    .map((given) => [
      { type: 'start', id: given.id, model: given.model, created: given.created },
      ...given.spoken.flatMap((step, position) => ('events' in step ? step.events : thoughtEvents(step.thought, `rs_${position}`))),
      ...callEvents(given.calls),
      { type: 'finish', choice: 0, reason: given.isCut ? 'length' : finishOf(given.calls.length > 0) },
      { type: 'usage', usage: given.usage },
      { type: 'end' },
    ])
}

interface Thought {
  readonly pieces: readonly string[]
  readonly isVerbatim: boolean
  readonly encrypted: string | null
}

function thoughtEvents({ pieces, isVerbatim, encrypted }: Thought, thoughtId: string): readonly ChatEvent[] {
  const deltas = pieces.map((text): ChatEvent => ({
    type: 'reasoning-delta',
    choice: 0,
    text,
    ...(isVerbatim && { isVerbatim }),
    id: thoughtId,
  }))
  if (encrypted === null) return deltas
  return [...deltas, { type: 'reasoning-signature', choice: 0, encrypted, id: thoughtId }]
}

interface Call {
  readonly callId: string
  readonly name: string
  readonly isCustom: boolean
  readonly pieces: readonly string[]
}

/** All begin, then all go on by turns. */
function callEvents(calls: readonly Call[]): readonly ChatEvent[] {
  const started = calls.map(({ callId, name, isCustom }, call): ChatEvent => ({
    type: 'tool-call-start',
    choice: 0,
    call,
    id: callId,
    name,
    ...(isCustom && { kind: 'custom' }),
  }))
  const rounds = Math.max(0, ...calls.map(({ pieces }) => pieces.length))
  const deltas = Array.from({ length: rounds }, (_, round) =>
    calls.flatMap(({ pieces }, call): ChatEvent[] => {
      const piece = pieces[round]
      return piece === undefined ? [] : [{ type: 'tool-call-delta', choice: 0, call, arguments: piece }]
    }),
  )
  return [...started, ...deltas.flat()]
}
