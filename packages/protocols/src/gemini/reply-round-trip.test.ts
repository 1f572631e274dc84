import { readdirSync, readFileSync } from 'node:fs'
import { ReplyError } from '@gateway/core'
import type { AssistantPart, ChatEvent, ChatReply, Choice, FinishReason, JsonObject, Usage } from '@gateway/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseObject } from '../json-fields.ts'
import { gemini } from './index.ts'

it('reads the answer that was written, whatever it says', () => {
  fc.assert(
    fc.property(replies(), (reply) => {
      const written = gemini.writeReply(reply)
      expect(written.warnings).toEqual([])
      expect(gemini.readReply(parseObject(JSON.stringify(written.value)) ?? {})).toEqual(reply)
    }),
    { numRuns: 1000 },
  )
})

it('reads the stream that was written, however it is cut', () => {
  fc.assert(
    fc.property(replies(), fc.integer({ min: 1, max: 64 }), (reply, size) => {
      const events = eventsOf(reply)
      const writer = gemini.writeStream({ wantsUsage: true })
      const bytes = new TextEncoder().encode(events.map((event) => writer.write(event)).join(''))
      const { passed, events: again } = readStream(bytes, size)
      expect(again).toEqual(events)
      expect(passed).toEqual(bytes)
    }),
    { numRuns: 1000 },
  )
})

it('answers any JSON with a reply or a ReplyError, and never throws in a stream', () => {
  const recorded = recordedReplies()
  fc.assert(
    fc.property(fc.constantFrom(...recorded), fc.constantFrom(...FIELDS), fc.jsonValue({ maxDepth: 4 }), (body, field, value) => {
      const text = JSON.stringify(body).replace(new RegExp(`"${field}":(?:"[^"]*"|\\d+)`), () => `"${field}":${JSON.stringify(value)}`)
      const changed = parseObject(text) ?? {}
      expect(isReadOrRefused(changed)).toBe(true)
      const { events } = readStream(new TextEncoder().encode(`data: ${text}\n\n`), 1000)
      expect(['end', 'error']).toContain(events.at(-1)?.type)
    }),
    { numRuns: 1000 },
  )
})

const FIELDS = [
  'text',
  'name',
  'finishReason',
  'role',
  'index',
  'modelVersion',
  'responseId',
  'promptTokenCount',
  'thoughtSignature',
  'createTime',
] as const

function isReadOrRefused(body: JsonObject): boolean {
  try {
    gemini.readReply(body)
    return true
  } catch (error) {
    return error instanceof ReplyError
  }
}

function recordedReplies(): readonly JsonObject[] {
  const folder = new URL('__fixtures__/', import.meta.url)
  const files = readdirSync(folder).filter((file) => file.startsWith('gemini-') && /(?<!request)\.json$/.test(file))
  return files.map((file) => parseObject(readFileSync(new URL(file, folder), 'utf8')) ?? {})
}

function readStream(bytes: Uint8Array, size: number): { readonly passed: Uint8Array; readonly events: readonly ChatEvent[] } {
  const reader = gemini.readStream({ stripUsage: false })
  const parts = []
  for (let start = 0; start < bytes.length; start += size) parts.push(reader.read(bytes.slice(start, start + size)))
  parts.push(reader.end())
  return { passed: new Uint8Array(Buffer.concat(parts.map((part) => part.bytes))), events: parts.flatMap((part) => part.events) }
}

/** The same answer as a stream, in the order in which this protocol says things: calls after the rest, usage before the ends. */
function eventsOf(reply: ChatReply): readonly ChatEvent[] {
  const { id, model, created, usage } = reply
  const hasUsage = usage.input !== undefined
  return [
    { type: 'start', id, model, ...(created !== undefined && { created }) },
    ...reply.choices.flatMap((choice) => choice.content.flatMap((part) => contentEvents(part, choice.index))),
    ...reply.choices.flatMap((choice) => callEvents(choice)),
    ...(hasUsage ? [{ type: 'usage' as const, usage }] : []),
    ...reply.choices.map(({ index, finishReason, extras }) => ({
      type: 'finish' as const,
      choice: index,
      reason: finishReason,
      ...(extras && { extras }),
    })),
    { type: 'end' },
  ]
}

function contentEvents(part: AssistantPart, choice: number): readonly ChatEvent[] {
  if (part.type === 'opaque') return [{ type: 'opaque-delta', choice, protocol: part.protocol, value: part.value }]
  if (part.type !== 'text' && part.type !== 'reasoning') return []
  return [{ type: `${part.type}-delta`, choice, text: part.text, ...(part.extras && { extras: part.extras }) }]
}

function callEvents({ index: choice, content }: Choice): readonly ChatEvent[] {
  const calls = content.filter((part) => part.type === 'tool-call')
  return calls.flatMap(({ type: _, arguments: text, ...part }, call) => [
    { type: 'tool-call-start' as const, choice, call, ...part },
    { type: 'tool-call-delta' as const, choice, call, arguments: text },
  ])
}

const word = fc.string({ minLength: 1 })
const signed = fc.base64String({ minLength: 8 }).map((thoughtSignature) => ({ gemini: { thoughtSignature } }))
const said: fc.Arbitrary<AssistantPart> = fc.oneof(
  optional({ type: fc.constant('text' as const), text: word }, { extras: signed }),
  optional({ type: fc.constant('reasoning' as const), text: word }, { extras: signed }),
  fc.record({
    type: fc.constant('opaque' as const),
    protocol: fc.constant('gemini'),
    value: fc.constantFrom({ executableCode: { code: '1' } }, { inlineData: { mimeType: 'image/png', data: 'AA==' } }),
  }),
)
const call: fc.Arbitrary<AssistantPart> = optional(
  {
    type: fc.constant('tool-call' as const),
    id: word,
    name: word,
    arguments: fc.dictionary(word, fc.oneof(word, fc.integer()), { noNullPrototype: true }).map((value) => JSON.stringify(value)),
  },
  { signature: fc.base64String({ minLength: 8 }) },
)

interface Ending {
  readonly finishReason: FinishReason
  readonly extras?: JsonObject
}

const endings: readonly Ending[] = [
  { finishReason: 'stop' },
  { finishReason: 'length' },
  { finishReason: 'content-filter' },
  { finishReason: 'content-filter', extras: { gemini: { finishReason: 'RECITATION' } } },
  { finishReason: 'other', extras: { gemini: { groundingMetadata: { a: [1] }, finishReason: 'MALFORMED_FUNCTION_CALL' } } },
]

const choice = fc
  .tuple(fc.array(said, { minLength: 1 }), fc.array(call, { maxLength: 3 }), fc.constantFrom(...endings))
  .map(([content, calls, ending]) => ({
    content: [...content, ...calls],
    ...ending,
    ...(calls.length > 0 && ending.finishReason === 'stop' && { finishReason: 'tool-calls' as const }),
  }))

const tokens = fc.nat({ max: 1_000_000 })
const usages: fc.Arbitrary<Usage> = fc.record({ input: tokens, spoken: tokens }, { noNullPrototype: true }).chain(({ input, spoken }) =>
  fc
    .record(
      { cachedInput: tokens, reasoning: tokens, inputAudio: tokens, inputImage: tokens, outputAudio: tokens },
      { requiredKeys: [], noNullPrototype: true },
    )
    .map((others) => {
      const stated = Object.entries(others).map(([tokenClass, count]) => [tokenClass, { tokens: count, provenance: 'provider' }] as const)
      const { reasoning } = others
      return {
        input: { tokens: input, provenance: 'provider' },
        output: { tokens: spoken + (reasoning ?? 0), provenance: reasoning === undefined ? 'provider' : 'computed' },
        ...Object.fromEntries(stated),
      } as const
    }),
)

function replies(): fc.Arbitrary<ChatReply> {
  return optional(
    {
      id: fc.string(),
      model: fc.string(),
      choices: fc.array(choice, { minLength: 1, maxLength: 3 }).map((all) => all.map((each, index) => ({ index, ...each }))),
      usage: usages,
    },
    { created: fc.integer({ min: 0, max: 4_000_000_000 }) },
  )
}

type Arbitraries<T> = { [Key in keyof T]: fc.Arbitrary<T[Key]> }

/** Records of these fields, and of some of the others or none. */
function optional<Needed, Optional>(needed: Arbitraries<Needed>, others: Arbitraries<Optional>) {
  const some = fc.record<Optional, never>(others, { requiredKeys: [], noNullPrototype: true })
  return fc.tuple(fc.record<Needed>(needed, { noNullPrototype: true }), some).map(([first, second]) => ({ ...first, ...second }))
}
