import type { ChatRequest, JsonObject, Message, Tool, UserPart } from '@gateway/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseObject } from '../json-fields.ts'
import { openaiChat } from './index.ts'

it('reads the request that was written, whatever it says', () => {
  fc.assert(
    fc.property(chatRequests(), (request) => {
      const written = openaiChat.writeRequest(request)
      expect(written.warnings).toEqual([])
      expect(openaiChat.readRequest(parseObject(JSON.stringify(written.value)) ?? {})).toEqual(request)
    }),
    { numRuns: 500 },
  )
})

const word = fc.string({ minLength: 1 })
const fields: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom('mystery', 'cache_control', 'prefix'),
  fc.oneof(word, fc.integer()),
  {
    minKeys: 1,
    noNullPrototype: true,
  },
)
const extras = fields.map((own) => ({ 'openai-chat': own }))
const base64 = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'))

const text = optional({ type: fc.constant('text' as const), text: fc.string() }, { extras })
const opaque = fc.record({
  type: fc.constant('opaque' as const),
  protocol: fc.constant('openai-chat'),
  value: fc.record({ type: fc.constantFrom('video_url', 'document') }),
})
const embedded = base64.map((data) => ({ from: 'base64' as const, data }))
const linked = fc.webUrl().map((url) => ({ from: 'url' as const, url }))
const mediaType = fc.constantFrom('image/png', 'application/pdf', 'application/vnd.ms-excel')
const media = { type: fc.constant('media' as const) }
const image = { ...media, kind: fc.constant('image' as const) }
const file = { ...media, kind: fc.constant('file' as const) }
const userPart: fc.Arbitrary<UserPart> = fc.oneof(
  text,
  opaque,
  optional({ ...image, source: embedded, mediaType }, { detail: fc.constantFrom('auto', 'low', 'high'), extras }),
  optional({ ...image, source: linked }, { detail: fc.constantFrom('auto', 'low', 'high') }),
  optional({ ...file, source: embedded, mediaType }, { filename: word }),
  optional(
    {
      ...file,
      source: fc.oneof(
        linked,
        word.map((id) => ({ from: 'id' as const, id })),
      ),
    },
    { filename: word, extras },
  ),
  optional(
    {
      ...media,
      kind: fc.constant('audio' as const),
      source: embedded,
      mediaType: fc.constantFrom('audio/mpeg', 'audio/wav', 'audio/flac'),
    },
    { extras },
  ),
)

const toolCall = optional(
  { type: fc.constant('tool-call' as const), id: word, name: word, arguments: fc.string() },
  { kind: fc.constant('custom' as const), extras },
)
// One reasoning and one refusal at most, in the order in which the wire has its fields.
const assistantContent = fc
  .tuple(
    fc.option(optional({ type: fc.constant('reasoning' as const), text: word }, {}), { nil: undefined }),
    fc.array(fc.oneof(text, opaque)),
    fc.option(fc.record({ type: fc.constant('refusal' as const), text: word }), { nil: undefined }),
    fc.array(toolCall),
  )
  .map(([reasoning, content, refusal, calls]) => [reasoning, ...content, refusal, ...calls].filter((part) => part !== undefined))

const message: fc.Arbitrary<Message> = fc.oneof(
  optional({ role: fc.constantFrom('system' as const, 'developer' as const), content: fc.array(text) }, { name: word, extras }),
  optional({ role: fc.constant('user' as const), content: fc.array(userPart) }, { name: word, extras }),
  optional({ role: fc.constant('assistant' as const), content: assistantContent }, { name: word, extras }),
  optional({ role: fc.constant('tool' as const), toolCallId: fc.string(), content: fc.array(userPart) }, { extras }),
)

const schema: fc.Arbitrary<JsonObject> = fc.dictionary(word, fc.oneof(fc.string(), fc.integer(), fc.boolean()), { noNullPrototype: true })
const tool: fc.Arbitrary<Tool> = fc.oneof(
  optional(
    { type: fc.constant('function' as const), name: fc.string() },
    { description: fc.string(), parameters: schema, strict: fc.boolean(), extras },
  ),
  fc.record({
    type: fc.constant('opaque' as const),
    protocol: fc.constant('openai-chat'),
    value: fc.record({ type: fc.constantFrom('custom', 'web_search') }),
  }),
)
const finite = fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0)

function chatRequests(): fc.Arbitrary<ChatRequest> {
  const request = optional(
    {
      model: fc.constantFrom('gpt-4o', 'gpt-5', 'llama3.2:1b', '__proto__'),
      messages: fc.array(message, { minLength: 1 }),
      isStreaming: fc.boolean(),
    },
    {
      tools: fc.array(tool),
      toolChoice: fc.oneof(
        fc.record({ type: fc.constantFrom('auto' as const, 'none' as const, 'required' as const) }),
        fc.record({ type: fc.constant('function' as const), name: fc.string() }),
      ),
      parallelToolCalls: fc.boolean(),
      maxOutputTokens: fc.integer({ min: 1 }),
      temperature: finite,
      topP: finite,
      presencePenalty: finite,
      frequencyPenalty: finite,
      stop: fc.array(fc.string()),
      seed: fc.integer(),
      choiceCount: fc.integer({ min: 1, max: 128 }),
      responseFormat: fc.oneof(
        fc.record({ type: fc.constantFrom('text' as const, 'json' as const) }),
        optional(
          { type: fc.constant('json-schema' as const), name: fc.string() },
          { schema, strict: fc.boolean(), description: fc.string() },
        ),
      ),
      reasoning: fc.record({ effort: fc.constantFrom('none', 'low', 'high') }),
      logprobs: optional({}, { top: fc.integer({ min: 0, max: 20 }) }),
      logitBias: schema,
      user: fc.string(),
      metadata: schema,
      extensions: fields.map((own) => ({ protocol: 'openai-chat', fields: own })),
    },
  )
  // Only a stream can say whether its usage is wanted.
  return fc
    .tuple(request, fc.option(fc.boolean(), { nil: undefined }))
    .map(([value, wantsStreamUsage]) => (value.isStreaming && wantsStreamUsage !== undefined ? { ...value, wantsStreamUsage } : value))
}

type Arbitraries<T> = { [Key in keyof T]: fc.Arbitrary<T[Key]> }

/** Records of these fields, and of some of the others or none. */
function optional<Needed, Optional>(needed: Arbitraries<Needed>, others: Arbitraries<Optional>) {
  const some = fc.record<Optional, never>(others, { requiredKeys: [], noNullPrototype: true })
  return fc.tuple(fc.record<Needed>(needed, { noNullPrototype: true }), some).map(([first, second]) => ({ ...first, ...second }))
}
