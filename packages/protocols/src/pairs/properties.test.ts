import { mergeUsage, usageFrom } from '@gateway/core'
import type { AssistantPart, ChatEvent, ChatReply, ChatRequest, JsonObject, Message, Usage } from '@gateway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collect, readStream, writeStream } from './__fixtures__/collect.ts'
import { plainParts } from './__fixtures__/next-turn.ts'
import { eventsOf } from './__fixtures__/reply-features.ts'
import { PIXEL } from './__fixtures__/request-features.ts'
import { open, PAIRS, pairTitle, plain, send, show } from './__fixtures__/surfaces.ts'
import type { Pair } from './__fixtures__/surfaces.ts'

/** Twelve pairs, four properties: 10,080 runs. */
const RUNS = { numRuns: 210 }

describe.each(PAIRS.map((pair) => ({ title: pairTitle(pair), pair })))('$title', ({ pair }) => {
  it('asks what was asked: texts, images, calls and results in their order', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { client, vendor } = pair
        const asked = open(client, client.protocol.writeRequest({ ...request, model: client.model }).value, request.isStreaming)
        const { value, warnings } = send(vendor, asked)
        expect(conversationOf(value)).toEqual(conversationOf(request))
        expect([toolsOf(value), value.maxOutputTokens, value.isStreaming]).toEqual([
          toolsOf(request),
          request.maxOutputTokens,
          request.isStreaming,
        ])
        expect(warnings.filter((warning) => warning.startsWith('dropped:') && warning !== 'dropped:signature')).toEqual([])
      }),
      RUNS,
    )
  })

  it('answers what was answered: texts, calls, usage and why the model stopped', () => {
    fc.assert(
      fc.property(replies, (reply) => {
        const shown = show(pair.client, show(pair.vendor, reply).value).value
        expect(said(shown)).toEqual(said(reply))
      }),
      RUNS,
    )
  })

  it('streams what was streamed, cut anywhere', () => {
    fc.assert(
      fc.property(replies, fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 120 }), (reply, first, second) => {
        const events = readStream(pair.vendor, writeStream(pair.vendor, eventsOf(reply)), first)
        const heard = readStream(pair.client, writeStream(pair.client, events), second)
        expect(said(collect(heard))).toEqual(said(reply))
        expect(heard.filter(({ type }) => type === 'end')).toEqual([heard.at(-1)])
      }),
      RUNS,
    )
  })

  it('bills what was billed, however often and in whatever order a vendor says it', () => {
    fc.assert(
      fc.property(usages, fc.integer({ min: 0, max: 3 }), (usage, repetitions) => {
        const heard = billed(pair, usage, repetitions)
        expect(countsOf(heard)).toEqual(countsOf(usage))
      }),
      RUNS,
    )
  })
})

it('runs ten thousand times', () => {
  expect(PAIRS.length * 4 * RUNS.numRuns).toBeGreaterThanOrEqual(10_000)
})

const words = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.trim() !== '')
const name = fc.stringMatching(/^[a-zA-Z_][\w-]{0,20}$/)
const object: fc.Arbitrary<JsonObject> = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4, noNullPrototype: true })
  // JSON knows no negative zero.
  .map((value) => plain(value))
const text = fc.record({ type: fc.constant('text' as const), text: words })
const image = fc.constantFrom(
  { type: 'media', kind: 'image', source: { from: 'base64', data: PIXEL }, mediaType: 'image/png' } as const,
  { type: 'media', kind: 'image', source: { from: 'url', url: 'https://images.example/a.png' } } as const,
)
const results = fc.array(text, { maxLength: 1 })
const call = fc.record({ name, input: object, result: results })

/** Turns of a user, each answered in words or by calls whose results follow in another order. */
const exchange = fc.record({
  asked: fc.array(fc.oneof({ weight: 3, arbitrary: text }, image), { minLength: 1, maxLength: 3 }),
  answered: fc.option(text, { nil: undefined }),
  calls: fc.array(call, { maxLength: 3 }),
  isReversed: fc.boolean(),
})

const requests: fc.Arbitrary<ChatRequest> = fc
  .record({
    system: fc.option(words, { nil: undefined }),
    exchanges: fc.array(exchange, { maxLength: 3 }),
    last: fc.array(text, { minLength: 1, maxLength: 2 }),
    tools: fc.array(fc.record({ name, parameters: object }), { minLength: 1, maxLength: 3 }),
    maxOutputTokens: fc.integer({ min: 16, max: 100_000 }),
    isStreaming: fc.boolean(),
  })
  .map(({ system, exchanges, last, tools, maxOutputTokens, isStreaming }) => ({
    model: 'm',
    messages: [
      ...(system === undefined ? [] : [{ role: 'system' as const, content: [{ type: 'text' as const, text: system }] }]),
      ...exchanges.flatMap(messagesOf),
      { role: 'user' as const, content: last },
    ],
    tools: tools.map(({ name: tool, parameters }) => ({
      type: 'function' as const,
      name: tool,
      parameters: { ...parameters, type: 'object' },
    })),
    maxOutputTokens,
    isStreaming,
  }))

type Exchange = typeof exchange extends fc.Arbitrary<infer Value> ? Value : never

function messagesOf({ asked, answered, calls, isReversed }: Exchange, turn: number): readonly Message[] {
  const named = calls.map((each, index) => ({ ...each, id: `call_${turn}_${index}` }))
  const content: readonly AssistantPart[] = [
    ...(answered === undefined ? [] : [answered]),
    ...named.map(({ id, name: tool, input }) => ({ type: 'tool-call' as const, id, name: tool, arguments: JSON.stringify(input) })),
  ]
  const answers = named.map(({ id, result }): Message => ({ role: 'tool', toolCallId: id, content: result }))
  const spoken: readonly Message[] = content.length === 0 ? [] : [{ role: 'assistant', content }]
  return [{ role: 'user', content: asked }, ...spoken, ...(isReversed ? answers.toReversed() : answers)]
}

/** Who said what, with results by their call and neighbours of one role as one: some protocols join them. */
function conversationOf({ messages }: ChatRequest): readonly unknown[] {
  const turns: (readonly [string, readonly object[]])[] = []
  for (const message of messages) {
    const role = message.role === 'tool' ? `tool ${message.toolCallId}` : message.role
    const parts = plainParts(message.content.map(withoutExtras))
    const last = turns.at(-1)
    if (last?.[0] === role) turns.splice(-1, 1, [role, [...last[1], ...parts]])
    else turns.push([role, parts])
  }
  return turns
}

/** Who leaves open whether a schema is strict says to some vendors that it is not. */
function toolsOf({ tools }: ChatRequest): readonly object[] {
  return (tools ?? []).map((tool) => ({ ...tool, strict: undefined }))
}

/** Protocols mark images by address with a type, and calls that nobody signed. */
function withoutExtras(part: object): object {
  const { extras: _, signature: __, mediaType: ___, ...rest } = { extras: 0, signature: 0, mediaType: 0, ...part }
  return rest
}

const counts = fc.nat(1_000_000)
/** Classes within their totals, as vendors have them. */
const usages: fc.Arbitrary<Usage> = fc
  .record({ fresh: counts, cachedInput: counts, spoken: counts, reasoning: counts })
  .map(({ fresh, cachedInput, spoken, reasoning }) =>
    usageFrom({ input: fresh + cachedInput, cachedInput, output: spoken + reasoning + 1, reasoning }, 'provider'),
  )

const callPart: fc.Arbitrary<AssistantPart> = fc
  .record({ id: fc.stringMatching(/^call_[\w-]{1,20}$/), name, input: object })
  .map(({ id, name: tool, input }) => ({ type: 'tool-call', id, name: tool, arguments: JSON.stringify(input) }))
const replies: fc.Arbitrary<ChatReply> = fc
  .record({
    thought: fc.option(words, { nil: undefined }),
    spoken: fc.option(words, { nil: undefined }),
    calls: fc.uniqueArray(callPart, { maxLength: 4, selector: (part) => ('id' in part ? part.id : '') }),
    reason: fc.constantFrom('stop' as const, 'length' as const),
    usage: usages,
  })
  .filter(({ spoken, calls }) => spoken !== undefined || calls.length > 0)
  .map(({ thought, spoken, calls, reason, usage }) => ({
    id: 'resp_1',
    model: 'm',
    choices: [
      {
        index: 0,
        content: [
          ...(thought === undefined ? [] : [{ type: 'reasoning' as const, text: thought }]),
          ...(spoken === undefined ? [] : [{ type: 'text' as const, text: spoken }]),
          ...calls,
        ],
        finishReason: reason === 'stop' && calls.length > 0 ? ('tool-calls' as const) : reason,
      },
    ],
    usage,
  }))

function said({ id, model, choices, usage }: ChatReply): object {
  const parts = choices.map(({ content, finishReason }) => [plainParts(content.map(withoutExtras)), finishReason])
  return { id, model, parts, usage: countsOf(usage) }
}

function countsOf(usage: Usage): object {
  return Object.fromEntries(Object.entries(usage).flatMap(([tokenClass, { tokens }]) => (tokens > 0 ? [[tokenClass, tokens]] : [])))
}

/** Usage as a client of a stream counts it, from a vendor who says it in pieces, again, and then as nothing. */
function billed({ client, vendor }: Pair, usage: Usage, repetitions: number): Usage {
  const { input, cachedInput } = usage
  const partial = usageFrom({ input: input?.tokens, cachedInput: cachedInput?.tokens }, 'partial')
  const events: readonly ChatEvent[] = [
    { type: 'start', id: 'resp_1', model: 'm' },
    { type: 'usage', usage: partial },
    { type: 'text-delta', choice: 0, text: 'Hi' },
    { type: 'finish', choice: 0, reason: 'stop' },
    ...Array.from({ length: repetitions + 1 }, () => ({ type: 'usage' as const, usage })),
    { type: 'usage', usage: usageFrom({ input: 0, output: 0 }, 'provider') },
    { type: 'end' },
  ]
  const heard = readStream(client, writeStream(client, readStream(vendor, writeStream(vendor, events))))
  return heard.reduce<Usage>((sum, event) => (event.type === 'usage' ? mergeUsage(sum, event.usage) : sum), {})
}
