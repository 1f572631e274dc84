import type { AssistantPart, ChatRequest, JsonObject, Message, Reasoning, Tool, UserPart } from '@gateway/core'
import { GatewayError, isJsonObject } from '@gateway/core'
import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { objectOf, parseObject } from '../json-fields.ts'
import { argumentsText, name, optional, several, word } from './__fixtures__/arbitraries.ts'
import { anthropicMessages } from './index.ts'

it('reads the request that was written, whatever it says', () => {
  fc.assert(
    fc.property(chatRequests(), (request) => {
      const written = anthropicMessages.writeRequest(request)
      expect(written.warnings).toEqual([])
      expect(anthropicMessages.readRequest(parseObject(JSON.stringify(written.value)) ?? {})).toEqual(request)
    }),
    { numRuns: 1000 },
  )
})

it('reads anything in any place of a recorded request, or says what is wrong with it', () => {
  const bodies = readdirSync(new URL('__fixtures__/', import.meta.url))
    .filter((file) => file.endsWith('.request.json'))
    .map((file) => readFileSync(new URL(`__fixtures__/${file}`, import.meta.url), 'utf8'))
  const chance = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.constantFrom(...bodies), chance, fc.oneof(fc.constant(null), fc.jsonValue()), (text, where, value) => {
      const body = parseObject(text) ?? {}
      const places = placesIn(body)
      const place = places[Math.floor(where * (places.length - 1))]
      if (place !== undefined) Reflect.set(place.holder, place.key, value)
      expect(codeOf(() => anthropicMessages.writeRequest(anthropicMessages.readRequest(body)))).toBeOneOf([null, 'invalid-request'])
    }),
    { numRuns: 1000 },
  )
})

const PROTOCOL = 'anthropic-messages'
const mystery: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom('mystery', 'cache_control', 'citations', 'message'),
  fc.oneof(word, fc.integer(), fc.constant({ type: 'ephemeral' })),
  { minKeys: 1, noNullPrototype: true },
)
const extras = mystery.map((own) => ({ [PROTOCOL]: own }))
const messageExtras = fc.constant({ [PROTOCOL]: { trace: 'a' } })
const base64 = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'))
const textFile = fc.string({ unit: 'binary' }).map((text) => Buffer.from(text).toString('base64'))

const text = optional({ type: fc.constant('text' as const), text: word }, { extras })
const opaque = fc.record({
  type: fc.constant('opaque' as const),
  protocol: fc.constant(PROTOCOL),
  value: fc.record({ type: fc.constantFrom('search_result', 'server_tool_use', 'container_upload'), title: word }),
})
const media = { type: fc.constant('media' as const) }
const image = { ...media, kind: fc.constant('image' as const) }
const file = { ...media, kind: fc.constant('file' as const) }
const embedded = base64.map((data) => ({ from: 'base64' as const, data }))
const linked = fc.webUrl().map((url) => ({ from: 'url' as const, url }))
const stored = word.map((id) => ({ from: 'id' as const, id }))
const userPart: fc.Arbitrary<UserPart> = fc.oneof(
  text,
  opaque,
  optional({ ...image, source: embedded, mediaType: fc.constantFrom('image/png', 'image/webp') }, { extras }),
  optional({ ...image, source: fc.oneof(linked, stored) }, { extras }),
  optional({ ...file, source: embedded, mediaType: fc.constant('application/pdf') }, { filename: word, extras }),
  optional(
    { ...file, source: textFile.map((data) => ({ from: 'base64' as const, data })), mediaType: fc.constant('text/plain') },
    { filename: word },
  ),
  optional({ ...file, source: fc.oneof(linked, stored) }, { filename: word, extras }),
)
const call = fc.record({
  type: fc.constant('tool-call' as const),
  id: name,
  name,
  arguments: argumentsText,
})
const assistantPart: fc.Arbitrary<AssistantPart> = fc.oneof(
  text,
  opaque,
  call,
  optional({ type: fc.constant('reasoning' as const), text: fc.string(), signature: word }, { extras }),
  fc.record({ type: fc.constant('reasoning' as const), text: fc.constant(''), encrypted: word }),
)
const user = optional({ role: fc.constant('user' as const), content: several(userPart) }, { extras: messageExtras })
const message: fc.Arbitrary<Message> = fc.oneof(
  user,
  optional({ role: fc.constant('assistant' as const), content: several(assistantPart) }, { extras: messageExtras }),
  optional(
    { role: fc.constant('tool' as const), toolCallId: name, content: fc.array(userPart, { maxLength: 3 }) },
    { isError: fc.boolean(), extras: resultExtras() },
  ),
)
const system: fc.Arbitrary<Message> = fc.record({ role: fc.constant('system' as const), content: several(text) })
const messages: fc.Arbitrary<readonly Message[]> = fc
  .tuple(fc.array(system, { maxLength: 1 }), user, fc.array(system, { maxLength: 1 }), fc.array(message, { maxLength: 5 }))
  .map((parts) => parts.flat())

const tool: fc.Arbitrary<Tool> = fc.oneof(
  optional(
    { type: fc.constant('function' as const), name, parameters: fc.constant({ type: 'object', properties: {} }) },
    { description: fc.string(), strict: fc.boolean(), extras },
  ),
  fc.record({
    type: fc.constant('opaque' as const),
    protocol: fc.constant(PROTOCOL),
    value: fc.record({ type: fc.constantFrom('web_search_20250305', 'bash_20250124'), name }),
  }),
)
const toolUse = optional(
  {
    tools: several(tool),
    toolChoice: fc.oneof(
      fc.record({ type: fc.constantFrom('auto' as const, 'required' as const) }),
      fc.record({ type: fc.constant('function' as const), name }),
    ),
  },
  { parallelToolCalls: fc.boolean() },
)
const isShown = fc.boolean()
const effort = fc.constantFrom('low', 'medium', 'high', 'xhigh', 'max')
const budget: fc.Arbitrary<Reasoning> = fc.record({ budgetTokens: fc.constantFrom(0, 1024, 4000) })
const adaptive: fc.Arbitrary<Reasoning> = optional({}, { effort, isShown })
const budgeted: fc.Arbitrary<Reasoning> = optional({ budgetTokens: fc.constant(2048) }, { effort, isShown })
/** What models of three generations take, each with its limit. */
const generation = fc.oneof(
  optional(
    { model: fc.constantFrom('claude-3-5-haiku-latest', 'claude-sonnet-4-5', 'glm-5'), maxOutputTokens: fc.integer({ min: 4096 }) },
    {
      reasoning: budget,
      temperature: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
      topK: fc.nat(),
    },
  ),
  optional(
    { model: fc.constant('claude-opus-4-6'), maxOutputTokens: fc.integer({ min: 4096 }) },
    {
      reasoning: fc.oneof(adaptive, budgeted),
      topP: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
    },
  ),
  optional({ model: fc.constantFrom('claude-opus-4-8', 'claude-opus-5-5'), maxOutputTokens: fc.nat() }, { reasoning: adaptive }),
)

/** Requests that say nothing beyond what this protocol has a word for. */
function chatRequests(): fc.Arbitrary<ChatRequest> {
  const schema = { type: 'object', properties: { a: { type: 'string' } } }
  const options = optional(
    { isStreaming: fc.boolean(), wantsStreamUsage: fc.constant(true) },
    {
      stop: fc.array(fc.stringMatching(/^\S+$/)),
      responseFormat: fc.constant({ type: 'json-schema' as const, name: 'response', schema }),
      user: word,
      extensions: fc.constant({ protocol: PROTOCOL, fields: { service_tier: 'auto', container: 'c', metadata: { trace: 1 } } }),
    },
  )
  return fc
    .record({ messages, generation, options, tools: fc.option(toolUse, { nil: {} }) })
    .map(({ generation: model, ...said }) => ({
      ...model,
      ...said.options,
      ...said.tools,
      ...(isThinking(model.reasoning) && { wantsEncryptedReasoning: true }),
      messages: model.model.startsWith('claude-opus-4-8')
        ? said.messages
        : said.messages.filter(({ role }, index) => role !== 'system' || index === 0),
    }))
    .filter((request) => !isThinking(request.reasoning) || isThinkable(request))
}

/** Claude does not think where it is made to call a tool, samples as it likes, or answers for somebody else. */
function isThinkable({ toolChoice, temperature, topP, topK, messages: turns }: ChatRequest): boolean {
  const isFree = toolChoice === undefined || toolChoice.type === 'auto'
  const isAtWork = turns.slice(turns.findLastIndex(({ role }) => role === 'assistant')).some(({ role }) => role === 'tool')
  return isFree && temperature === undefined && topP === undefined && topK === undefined && !isAtWork
}

function isThinking(reasoning: Reasoning | undefined): boolean {
  return reasoning !== undefined && reasoning.budgetTokens !== 0
}

function resultExtras(): fc.Arbitrary<JsonObject> {
  return fc.constantFrom({ [PROTOCOL]: { cache_control: { type: 'ephemeral' } } }, { [PROTOCOL]: { message: { trace: 'b' } } })
}

interface Place {
  readonly holder: object
  readonly key: string
}

function placesIn(holder: unknown): readonly Place[] {
  if (typeof holder !== 'object' || holder === null) return []
  return Object.entries(holder).flatMap(([key, value]) => [{ holder, key }, ...placesIn(value)])
}

/** Null where nothing was thrown. Anything but a GatewayError is a crash. */
function codeOf(action: () => unknown): string | null {
  try {
    action()
    return null
  } catch (error) {
    return error instanceof GatewayError ? error.code : String(isJsonObject(error) ? objectOf(error).message : error)
  }
}
