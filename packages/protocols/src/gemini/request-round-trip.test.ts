import { readdirSync, readFileSync } from 'node:fs'
import { GatewayError, isJsonObject } from '@gateway/core'
import type { AssistantPart, ChatRequest, Json, JsonObject, Message, Tool, UserPart } from '@gateway/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isJsonArray, parseObject } from '../json-fields.ts'
import { gemini } from './index.ts'
import { readRequest } from './request.ts'

it('reads the request that was written, whatever it says', () => {
  fc.assert(
    fc.property(chatRequests(), (request) => {
      const written = gemini.writeRequest(request)
      expect(written.warnings).toEqual([])
      const { model, isStreaming } = request
      expect(readRequest(parseObject(JSON.stringify(written.value)) ?? {}, { model, isStreaming })).toEqual(request)
    }),
    { numRuns: 1000 },
  )
})

it('answers any value in any place of a recorded request with a request or a clear error', () => {
  fc.assert(
    fc.property(fc.constantFrom(...recordedRequests()), fc.nat(), fc.jsonValue({ maxDepth: 4 }), (body, position, value) => {
      const places = placesIn(body)
      const place = places[position % places.length] ?? []
      const changed = parseObject(JSON.stringify(replaced(body, place, parse(value)))) ?? {}
      const request = refusedOrRead(changed)
      if (request !== null) gemini.writeRequest(request)
    }),
    { numRuns: 2000 },
  )
})

/** Null where it was refused as it should be; anything else that is thrown fails the test. */
function refusedOrRead(json: JsonObject): ChatRequest | null {
  const text = JSON.stringify(json)
  const bytes = new TextEncoder().encode(text)
  try {
    return gemini.openRequest({ protocol: 'gemini', bytes, text, json, address: { model: 'gemini-3-pro', isStreaming: false } }).chat()
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'invalid-request' && /: expected .+, found /.test(error.message)) return null
    throw error
  }
}

function recordedRequests(): readonly JsonObject[] {
  const folder = new URL('__fixtures__/', import.meta.url)
  const files = readdirSync(folder).filter((file) => file.endsWith('.request.json') && !file.startsWith('embeddings'))
  return files.map((file) => parseObject(readFileSync(new URL(file, folder), 'utf8')) ?? {})
}

type Place = readonly (string | number)[]

function placesIn(value: Json | undefined, place: Place = []): readonly Place[] {
  if (isJsonArray(value)) return [place, ...value.flatMap((element, index) => placesIn(element, [...place, index]))]
  if (!isJsonObject(value)) return [place]
  return [place, ...Object.entries(value).flatMap(([field, member]) => placesIn(member, [...place, field]))]
}

function replaced(value: Json | undefined, [step, ...others]: Place, by: Json): Json {
  if (step === undefined) return by
  if (isJsonArray(value)) return value.map((element, index) => (index === step ? replaced(element, others, by) : element))
  return isJsonObject(value) ? { ...value, [step]: replaced(value[step], others, by) } : by
}

function parse(value: unknown): Json {
  return parseObject(JSON.stringify({ value }))?.value ?? null
}

const word = fc.string({ minLength: 1 })
const signature = fc.base64String({ minLength: 8 })
const finite = fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0)
const fields: fc.Arbitrary<JsonObject> = fc.dictionary(fc.constantFrom('partMetadata', 'videoMetadata'), fc.oneof(word, fc.integer()), {
  minKeys: 1,
  noNullPrototype: true,
})
const extras = fields.map((own) => ({ gemini: own }))
const signed = signature.map((thoughtSignature) => ({ gemini: { thoughtSignature } }))

const text = optional({ type: fc.constant('text' as const), text: fc.string() }, { extras: fc.oneof(extras, signed) })
const reasoning = optional({ type: fc.constant('reasoning' as const), text: fc.string() }, { extras: signed })
const opaque = fc.record({
  type: fc.constant('opaque' as const),
  protocol: fc.constant('gemini'),
  value: fc.constantFrom({ executableCode: { code: 'print(1)', language: 'PYTHON' } }, { tool_call: { id: 'a' } }, { unknown: 1 }),
})
const source = fc.oneof(
  fc.uint8Array().map((bytes) => ({ from: 'base64' as const, data: Buffer.from(bytes).toString('base64') })),
  fc.webUrl().map((url) => ({ from: 'url' as const, url })),
  fc.constantFrom('files/abc', 'gs://bucket/a.png').map((id) => ({ from: 'id' as const, id })),
)
const media = fc
  .tuple(
    fc.constantFrom(
      ['image', 'image/png'] as const,
      ['audio', 'audio/mpeg'] as const,
      ['video', 'video/mp4'] as const,
      ['file', 'application/pdf'] as const,
    ),
    optional({ type: fc.constant('media' as const), source }, { filename: word, extras }),
  )
  .map(([[kind, mediaType], part]) => ({ ...part, kind, mediaType }))
const userPart: fc.Arbitrary<UserPart> = fc.oneof(text, opaque, media)

const args = fc
  .dictionary(word, fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { noNullPrototype: true })
  .map((value) => JSON.stringify(value))
const call = optional({ type: fc.constant('tool-call' as const), id: word, name: word, arguments: args, signature }, { extras })
const result = fc
  .tuple(
    fc.option(fc.oneof(word, args), { nil: undefined }),
    fc.array(media, { maxLength: 2 }),
    fc.option(fc.constant(true), { nil: undefined }),
  )
  .map(([said, shown, isError]) => ({
    content: [...(said === undefined ? [] : [{ type: 'text' as const, text: said }]), ...shown],
    ...(isError && { isError }),
  }))

/** A model's turn and the answers to all of its calls, in their order. */
const exchange = fc.tuple(fc.array(fc.oneof(text, reasoning, opaque)), fc.array(fc.tuple(call, result), { maxLength: 3 }))
const turn = fc.oneof(
  optional(
    { role: fc.constant('user' as const), content: fc.array(userPart) },
    { extras: fields.map((own) => ({ gemini: { content: own } })) },
  ),
  exchange,
)

const conversation = fc.tuple(
  fc.array(fc.record({ role: fc.constant('system' as const), content: fc.array(text) }), { maxLength: 1 }),
  fc.array(turn, { minLength: 1 }),
)

/** Texts that stand side by side are pieces of one. */
function isApart(part: AssistantPart, index: number, all: readonly AssistantPart[]): boolean {
  const before = all.slice(0, index).at(-1)
  return before === undefined || before.type !== part.type || part.type === 'opaque' || 'extras' in before || 'extras' in part
}

function messages(): fc.Arbitrary<readonly Message[]> {
  return conversation.map(([system, turns]) => {
    let count = 0
    const said = turns.flatMap((each): readonly Message[] => {
      if (!Array.isArray(each)) return [each]
      const [content, calls] = each
      const named = calls.map(([part, answer]) => [{ ...part, id: `${part.id}-${(count += 1)}` }, answer] as const)
      return [
        { role: 'assistant', content: [...content.filter(isApart), ...named.map(([part]) => part)] },
        ...named.map(([{ id }, answer]): Message => ({ role: 'tool', toolCallId: id, ...answer })),
      ]
    })
    return [...system, ...said]
  })
}

const schema: fc.Arbitrary<JsonObject> = fc.dictionary(word, fc.oneof(fc.string(), fc.integer(), fc.boolean()), { noNullPrototype: true })
const functions: fc.Arbitrary<readonly Tool[]> = fc.array(
  optional({ type: fc.constant('function' as const), name: fc.string() }, { description: fc.string(), parameters: schema, extras }),
)
const vendorTools: fc.Arbitrary<readonly Tool[]> = fc.array(
  fc.record({
    type: fc.constant('opaque' as const),
    protocol: fc.constant('gemini'),
    value: fc.constantFrom({ googleSearch: {} }, { codeExecution: {} }),
  }),
)

function chatRequests(): fc.Arbitrary<ChatRequest> {
  return optional(
    {
      model: fc.constantFrom('gemini-3-pro-preview', 'gemini-3.5-flash', '__proto__'),
      messages: messages(),
      isStreaming: fc.boolean(),
      wantsStreamUsage: fc.constant(true),
    },
    {
      tools: fc.tuple(functions, vendorTools).map(([first, second]) => [...first, ...second]),
      toolChoice: fc.oneof(
        fc.record({ type: fc.constantFrom('auto' as const, 'none' as const, 'required' as const) }),
        fc.record({ type: fc.constant('function' as const), name: fc.string() }),
        fc.constant({ type: 'opaque' as const, protocol: 'gemini', value: { mode: 'VALIDATED' } }),
      ),
      maxOutputTokens: fc.integer({ min: 1 }),
      temperature: finite,
      topP: finite,
      topK: finite,
      presencePenalty: finite,
      frequencyPenalty: finite,
      stop: fc.array(fc.string()),
      seed: fc.integer(),
      choiceCount: fc.integer({ min: 1, max: 128 }),
      responseFormat: fc.oneof(
        fc.record({ type: fc.constantFrom('text' as const, 'json' as const) }),
        schema.map((each) => ({ type: 'json-schema' as const, name: 'City', schema: { ...each, title: 'City' } })),
        fc.constant({ type: 'json-schema' as const, name: 'response', schema: { type: 'object' } }),
      ),
      reasoning: fc.oneof(
        optional({ effort: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high') }, { isShown: fc.boolean() }),
        optional({ budgetTokens: fc.integer({ min: 1 }) }, { isShown: fc.boolean() }),
        fc.record({ isShown: fc.boolean() }),
      ),
      logprobs: optional({}, { top: fc.integer({ min: 0, max: 20 }) }),
      extensions: fc
        .dictionary(
          fc.constantFrom('safetySettings', 'cachedContent', 'generationConfig.speechConfig', 'toolConfig.retrievalConfig'),
          word,
          {
            minKeys: 1,
            noNullPrototype: true,
          },
        )
        .map((own) => ({ protocol: 'gemini', fields: own })),
    },
  )
}

type Arbitraries<T> = { [Key in keyof T]: fc.Arbitrary<T[Key]> }

/** Records of these fields, and of some of the others or none. */
function optional<Needed, Optional>(needed: Arbitraries<Needed>, others: Arbitraries<Optional>) {
  const some = fc.record<Optional, never>(others, { requiredKeys: [], noNullPrototype: true })
  return fc.tuple(fc.record<Needed>(needed, { noNullPrototype: true }), some).map(([first, second]) => ({ ...first, ...second }))
}
