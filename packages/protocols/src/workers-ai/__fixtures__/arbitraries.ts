import type { AssistantPart, ChatRequest, JsonObject, Message, Tool, ToolCallPart, UserPart } from '@gateway/core'
import fc from 'fast-check'

/** What an input of Workers AI can say, in the language: no more, so that nothing is lost when it is written and read. */
export const word: fc.Arbitrary<string> = fc.string({ minLength: 1 })
const finite = fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0)
const fields: fc.Arbitrary<JsonObject> = fc.dictionary(fc.constantFrom('mystery', 'keep', 'x'), fc.oneof(word, fc.integer()), {
  minKeys: 1,
  noNullPrototype: true,
})
const extras = fields.map((own): JsonObject => ({ 'workers-ai': own }))
const object: fc.Arbitrary<JsonObject> = fc.dictionary(word, fc.oneof(fc.string(), fc.integer(), fc.boolean()), {
  noNullPrototype: true,
})

export const text = word.map((value) => ({ type: 'text' as const, text: value }))
const texts = fc.array(text, { maxLength: 1 })
const base64 = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'))
const media = { type: fc.constant('media' as const), kind: fc.constant('image' as const) }
const image: fc.Arbitrary<UserPart> = fc.oneof(
  optional(
    { ...media, source: base64.map((data) => ({ from: 'base64' as const, data })), mediaType: fc.constantFrom('image/png', 'image/webp') },
    { detail: fc.constantFrom('low', 'high'), extras },
  ),
  optional({ ...media, source: fc.webUrl().map((url) => ({ from: 'url' as const, url })) }, { detail: fc.constantFrom('low', 'high') }),
)
const opaque = fc.record({
  type: fc.constant('opaque' as const),
  protocol: fc.constant('workers-ai'),
  value: fc.record({ type: fc.constantFrom('input_audio', 'video_url') }),
})
/** One text, or several parts of which one at least is no text. */
const shown: fc.Arbitrary<readonly UserPart[]> = fc.oneof(
  texts,
  fc.tuple(fc.array(text), image, fc.array(fc.oneof(text, image, opaque))).map(([before, middle, after]) => [...before, middle, ...after]),
)

export const toolCall: fc.Arbitrary<ToolCallPart> = optional(
  {
    type: fc.constant('tool-call' as const),
    id: fc.uuid(),
    name: word,
    arguments: fc.oneof(
      fc.string(),
      object.map((input) => JSON.stringify(input)),
    ),
  },
  { extras },
)

const assistantContent: fc.Arbitrary<readonly AssistantPart[]> = fc
  .tuple(fc.option(word), texts, fc.array(toolCall, { maxLength: 3 }))
  .map(([thought, said, calls]) => [...(thought === null ? [] : [{ type: 'reasoning' as const, text: thought }]), ...said, ...calls])

const turn: fc.Arbitrary<Message> = fc.oneof(
  optional({ role: fc.constant('system' as const), content: texts }, { name: word, extras }),
  optional({ role: fc.constant('user' as const), content: shown }, { name: word, extras }),
  optional({ role: fc.constant('assistant' as const), content: assistantContent }, { name: word, extras }),
  optional({ role: fc.constant('tool' as const), toolCallId: fc.uuid(), content: shown }, { extras }),
)

/** A conversation in which each call is answered once. */
const messages = fc.array(turn, { minLength: 1, maxLength: 5 }).map((turns) => turns.flatMap((message) => [message, ...answersTo(message)]))

function answersTo(message: Message): readonly Message[] {
  if (message.role !== 'assistant') return []
  return message.content.flatMap((part): readonly Message[] =>
    part.type === 'tool-call' ? [{ role: 'tool', toolCallId: part.id, content: [{ type: 'text', text: part.name }] }] : [],
  )
}

const tool: fc.Arbitrary<Tool> = fc.oneof(
  optional(
    { type: fc.constant('function' as const), name: fc.string() },
    { description: fc.string(), parameters: object, strict: fc.boolean(), extras },
  ),
  fc.record({
    type: fc.constant('opaque' as const),
    protocol: fc.constant('workers-ai'),
    value: fc.record({ type: fc.constantFrom('custom', 'web_search') }),
  }),
)

export const newRequests: fc.Arbitrary<ChatRequest> = optional(
  { model: fc.constantFrom('@cf/moonshotai/kimi-k2.6', '@cf/zai-org/glm-5.3', 'tomorrow'), messages, isStreaming: fc.boolean() },
  {
    wantsStreamUsage: fc.boolean(),
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
        { type: fc.constant('json-schema' as const), name: fc.string(), schema: object },
        { strict: fc.boolean(), description: fc.string() },
      ),
    ),
    reasoning: fc.record({ effort: fc.constantFrom('none', 'low', 'high') }),
    logprobs: optional({}, { top: fc.integer({ min: 0, max: 20 }) }),
    logitBias: object,
    user: fc.string(),
    metadata: object,
    extensions: fields.map((own) => ({ protocol: 'workers-ai', fields: own })),
  },
).map(withoutVoidUsage)

export const oldRequests: fc.Arbitrary<ChatRequest> = optional(
  {
    model: fc.constantFrom('@cf/meta/llama-3.3-70b-instruct-fp8-fast', '@hf/nousresearch/hermes-2-pro-mistral-7b'),
    messages: messages.map((turns) => turns.map(withoutThoughts)),
    isStreaming: fc.boolean(),
    wantsStreamUsage: fc.constant(true),
  },
  {
    tools: fc.array(
      optional({ type: fc.constant('function' as const), name: fc.string(), description: fc.string(), parameters: object }, { extras }),
    ),
    toolChoice: fc.record({ type: fc.constantFrom('auto' as const, 'none' as const, 'required' as const) }),
    maxOutputTokens: fc.integer({ min: 1 }),
    temperature: finite,
    topK: fc.integer(),
    seed: fc.integer(),
    responseFormat: fc.oneof(
      fc.constant({ type: 'json' as const }),
      fc.record({
        type: fc.constant('json-schema' as const),
        name: fc.constant('response'),
        schema: object.map((own) => ({ ...own, type: 'object' })),
      }),
    ),
    extensions: fields.map((own) => ({ protocol: 'workers-ai', fields: own })),
  },
)

/** Only a stream can say whether its usage is wanted. */
function withoutVoidUsage({ wantsStreamUsage, ...request }: ChatRequest): ChatRequest {
  return request.isStreaming && wantsStreamUsage !== undefined ? { ...request, wantsStreamUsage } : request
}

function withoutThoughts(message: Message): Message {
  return message.role === 'assistant' ? { ...message, content: message.content.filter((part) => part.type !== 'reasoning') } : message
}

type Arbitraries<T> = { [Key in keyof T]: fc.Arbitrary<T[Key]> }

/** Records of these fields, and of some of the others or none. */
function optional<Needed, Optional>(needed: Arbitraries<Needed>, others: Arbitraries<Optional>) {
  const some = fc.record<Optional, never>(others, { requiredKeys: [], noNullPrototype: true })
  return fc.tuple(fc.record<Needed>(needed, { noNullPrototype: true }), some).map(([first, second]) => ({ ...first, ...second }))
}
