import { mergeUsage, ReplyError, usageFrom } from '@gateway/core'
import type { AssistantPart, ChatEvent, ChatReply, FinishReason, JsonObject, Usage } from '@gateway/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseObject } from '../json-fields.ts'
import { argumentsText, name, optional, several, word } from './__fixtures__/arbitraries.ts'
import { anthropicMessages } from './index.ts'

it('reads the reply that was written, whatever it says', () => {
  fc.assert(
    fc.property(replies, (reply) => {
      const written = anthropicMessages.writeReply(reply)
      expect(written.warnings).toEqual([])
      expect(anthropicMessages.readReply(parseObject(JSON.stringify(written.value)) ?? {})).toEqual(reply)
    }),
    { numRuns: 1000 },
  )
})

it('reads the stream that was written, cut anywhere', () => {
  fc.assert(
    fc.property(streams, fc.integer({ min: 1, max: 300 }), (events, pieceSize) => {
      const writer = anthropicMessages.writeStream({ wantsUsage: true })
      const bytes = new TextEncoder().encode(events.map((event) => writer.write(event)).join(''))
      expect(contentOf(readStream(bytes, pieceSize))).toEqual(contentOf(events))
    }),
    { numRuns: 1000 },
  )
})

it('reads any JSON as a reply, or says that it is none', () => {
  const anything = fc.oneof(fc.constant(null), fc.jsonValue())
  const block = optional<JsonObject, JsonObject>(
    {},
    {
      type: fc.oneof(fc.constantFrom('text', 'thinking', 'tool_use', 'new'), anything),
      text: anything,
      id: anything,
      name: anything,
      input: anything,
      thinking: anything,
    },
  )
  const body = optional<JsonObject, JsonObject>(
    {},
    {
      content: fc.oneof(fc.array(block), anything),
      usage: anything,
      stop_reason: fc.oneof(fc.constant('end_turn'), anything),
      id: anything,
      model: anything,
      error: anything,
      type: anything,
    },
  )
  fc.assert(
    fc.property(body, (json) => {
      expect(['answer', 'no answer']).toContain(kindOf(() => anthropicMessages.readReply(json)))
    }),
    { numRuns: 1000 },
  )
})

const PROTOCOL = 'anthropic-messages'
const extras = fc.constantFrom({ [PROTOCOL]: { citations: [{ type: 'page_location' }] } }, { [PROTOCOL]: { caller: { type: 'direct' } } })
const tokens = fc.nat(1_000_000)

const reasoning: fc.Arbitrary<AssistantPart> = fc.oneof(
  fc.record({ type: fc.constant('reasoning' as const), text: word }),
  optional({ type: fc.constant('reasoning' as const), text: fc.string(), signature: word }, { extras }),
  fc.record({ type: fc.constant('reasoning' as const), text: fc.constant(''), encrypted: word }),
  fc.record({ type: fc.constant('reasoning' as const), text: fc.string(), id: word, encrypted: fc.string() }),
)
const spoken: fc.Arbitrary<AssistantPart> = fc.oneof(
  optional({ type: fc.constant('text' as const), text: word }, { extras }),
  reasoning,
  fc.record({
    type: fc.constant('opaque' as const),
    protocol: fc.constant(PROTOCOL),
    value: fc.record({ type: fc.constantFrom('server_tool_use', 'web_search_tool_result'), id: word }),
  }),
)
const call: fc.Arbitrary<AssistantPart> = optional(
  { type: fc.constant('tool-call' as const), id: name, name, arguments: argumentsText },
  { signature: word, extras },
)
const answers: fc.Arbitrary<{ content: readonly AssistantPart[]; finishReason: FinishReason; extras?: JsonObject }> = fc.oneof(
  fc.record({ content: several(spoken), finishReason: fc.constantFrom('stop', 'length', 'pause', 'refusal') }),
  fc.record({ content: several(fc.oneof(spoken, call)), finishReason: fc.constant('tool-calls' as const) }),
  fc.record({
    content: several(spoken),
    finishReason: fc.constant('stop' as const),
    extras: fc.constant({ [PROTOCOL]: { stop_reason: 'stop_sequence', stop_sequence: '\n' } }),
  }),
  fc.record({
    content: several(spoken),
    finishReason: fc.constant('other' as const),
    extras: fc.constant({ [PROTOCOL]: { stop_reason: 'new' } }),
  }),
)
const usages: fc.Arbitrary<Usage> = fc
  .record({ fresh: tokens, output: tokens, cached: fc.option(fc.record({ read: tokens, write: tokens })), reasoning: fc.option(tokens) })
  .map(({ fresh, output, cached, reasoning: thinking }) => {
    const sum = (cached?.read ?? 0) + (cached?.write ?? 0)
    const stated = usageFrom({ cachedInput: cached?.read, cacheWrite: cached?.write, output, reasoning: thinking }, 'provider')
    return { ...stated, ...usageFrom({ input: fresh + sum }, sum === 0 ? 'provider' : 'computed') }
  })
const replies: fc.Arbitrary<ChatReply> = optional(
  { id: word, model: word, choices: answers.map((answer) => [{ index: 0, ...answer }]), usage: usages },
  { extensions: fc.constant({ protocol: PROTOCOL, fields: { container: { id: 'c' }, usage: { service_tier: 'standard' } } }) },
)

/** Streams of the same answers, with arguments and texts in pieces. */
const streams: fc.Arbitrary<readonly ChatEvent[]> = fc.tuple(replies, fc.integer({ min: 1, max: 9 })).map(([reply, size]) => {
  const content = reply.choices[0]?.content ?? []
  const hasCalls = content.some((part) => part.type === 'tool-call')
  const finish = { type: 'finish', choice: 0, reason: hasCalls ? 'tool-calls' : 'stop' } as const
  const head = { type: 'start', id: reply.id, model: reply.model } as const
  return [head, ...eventsFrom(content, size), finish, { type: 'usage', usage: reply.usage }, { type: 'end' }]
})

function eventsFrom(content: readonly AssistantPart[], size: number): readonly ChatEvent[] {
  let calls = 0
  return content.flatMap((part): readonly ChatEvent[] => {
    if (part.type === 'text') return piecesOf(part.text, size).map((text) => ({ type: 'text-delta', choice: 0, text }))
    if (part.type === 'reasoning') {
      const { text: words, type: _, extras: __, ...seal } = part
      const deltas = piecesOf(words, size).map((text) => ({ type: 'reasoning-delta', choice: 0, text }) as const)
      return Object.keys(seal).length === 0 ? deltas : [...deltas, { type: 'reasoning-signature', choice: 0, ...seal }]
    }
    if (part.type !== 'tool-call') return []
    const { type: _, arguments: json, ...head } = part
    const position = calls++
    const deltas = piecesOf(json, size).map((text) => ({ type: 'tool-call-delta', choice: 0, call: position, arguments: text }) as const)
    return [{ type: 'tool-call-start', choice: 0, call: position, ...head }, ...deltas]
  })
}

function piecesOf(text: string, size: number): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size))
}

function readStream(bytes: Uint8Array, pieceSize: number): readonly ChatEvent[] {
  const reader = anthropicMessages.readStream({ stripUsage: false })
  const events: ChatEvent[] = []
  for (let start = 0; start < bytes.length; start += pieceSize) events.push(...reader.read(bytes.slice(start, start + pieceSize)).events)
  return [...events, ...reader.end().events]
}

/** What the events say, with neighbouring texts and all usage put together. */
function contentOf(events: readonly ChatEvent[]): object {
  const said = events.filter((event) => event.type !== 'usage')
  const merged = said.reduce<readonly ChatEvent[]>((list, event) => {
    const last = list.at(-1)
    const isText = event.type === 'text-delta' && last?.type === 'text-delta'
    const isThought = event.type === 'reasoning-delta' && last?.type === 'reasoning-delta'
    return isText || isThought ? [...list.slice(0, -1), { ...last, text: last.text + event.text }] : [...list, event]
  }, [])
  const usage = events.reduce<Usage>((sum, event) => (event.type === 'usage' ? mergeUsage(sum, event.usage) : sum), {})
  return { merged, usage }
}

function kindOf(action: () => unknown): string {
  try {
    action()
    return 'answer'
  } catch (error) {
    return error instanceof ReplyError ? 'no answer' : String(error)
  }
}
