import type { AssistantPart, ChatRequest, JsonObject, Message, Tool, UserPart } from '@gateway/core'
import fc from 'fast-check'

/** What `/api/chat` can say, in the language: no more, so that nothing is lost when it is written and read. */
export const word: fc.Arbitrary<string> = fc.string({ minLength: 1 })
const finite = fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0)
const fields: fc.Arbitrary<JsonObject> = fc.dictionary(fc.constantFrom('mystery', 'keep', 'x'), fc.oneof(word, fc.integer()), {
  minKeys: 1,
  noNullPrototype: true,
})
const extras = fields.map((own): JsonObject => ({ ollama: own }))
const object: fc.Arbitrary<JsonObject> = fc.dictionary(word, fc.oneof(fc.string(), fc.integer(), fc.boolean()), { noNullPrototype: true })

const text = word.map((value) => ({ type: 'text' as const, text: value }))
const image = word.map((data): UserPart => ({ type: 'media', kind: 'image', source: { from: 'base64', data } }))
const texts = fc.array(text, { maxLength: 1 })
const shown = fc.tuple(texts, fc.array(image, { maxLength: 3 })).map(([said, images]): readonly UserPart[] => [...said, ...images])

interface Call {
  readonly id: string
  readonly name: string
}

/** An assistant's turn: a thought, a text, calls whose ids are its own. */
export const assistantContent: fc.Arbitrary<readonly AssistantPart[]> = fc
  .tuple(fc.option(word), texts, fc.array(fc.tuple(fc.uuid(), word, object, fc.option(extras, { nil: undefined })), { maxLength: 3 }))
  .map(([thought, said, calls]) => [
    ...(thought === null ? [] : [{ type: 'reasoning' as const, text: thought }]),
    ...said,
    ...calls.map(([id, name, input, own]) => ({
      type: 'tool-call' as const,
      id,
      name,
      arguments: JSON.stringify(input),
      ...(own && { extras: own }),
    })),
  ])

const turn: fc.Arbitrary<Message> = fc.oneof(
  optional({ role: fc.constant('system' as const), content: texts }, { extras }),
  optional({ role: fc.constant('user' as const), content: shown }, { extras }),
  optional({ role: fc.constant('assistant' as const), content: assistantContent }, { extras }),
  optional({ role: fc.constant('tool' as const), toolCallId: fc.uuid(), content: shown }, { extras }),
)

/** A conversation in which each call is answered once. */
const messages = fc
  .tuple(fc.array(turn, { minLength: 1, maxLength: 5 }), fc.array(shown, { minLength: 3, maxLength: 3 }))
  .map(([turns, results]) => turns.flatMap((message) => [message, ...answersTo(callsOf(message), results)]))

function callsOf(message: Message): readonly Call[] {
  return message.role === 'assistant' ? message.content.flatMap((part) => (part.type === 'tool-call' ? [part] : [])) : []
}

function answersTo(calls: readonly Call[], results: readonly (readonly UserPart[])[]): readonly Message[] {
  return calls.map(({ id }, index): Message => ({ role: 'tool', toolCallId: id, content: results[index] ?? [] }))
}

const tool: fc.Arbitrary<Tool> = fc.oneof(
  optional({ type: fc.constant('function' as const), name: fc.string() }, { description: fc.string(), parameters: object, extras }),
  fc.record({
    type: fc.constant('opaque' as const),
    protocol: fc.constant('ollama'),
    value: fc.record({ type: fc.constantFrom('custom', 'web_search') }),
  }),
)

export const chatRequests: fc.Arbitrary<ChatRequest> = optional(
  {
    model: fc.constantFrom('llama3.2', 'gpt-oss:20b', '__proto__'),
    messages,
    isStreaming: fc.boolean(),
    wantsStreamUsage: fc.constant(true),
  },
  {
    tools: fc.array(tool),
    maxOutputTokens: fc.integer({ min: 1 }),
    temperature: finite,
    topP: finite,
    topK: fc.integer(),
    presencePenalty: finite,
    frequencyPenalty: finite,
    stop: fc.array(fc.string()),
    seed: fc.integer(),
    responseFormat: fc.oneof(
      fc.constant({ type: 'json' as const }),
      fc.record({ type: fc.constant('json-schema' as const), name: fc.constant('response'), schema: object }),
    ),
    reasoning: fc.constantFrom({ effort: 'none' }, { isShown: true }),
    logprobs: optional({}, { top: fc.integer({ min: 0, max: 20 }) }),
    extensions: fc
      .record(
        { keep_alive: word, truncate: fc.boolean(), 'options.num_ctx': fc.integer(), 'options.num_predict': fc.constantFrom(-1, -2) },
        { requiredKeys: [], noNullPrototype: true },
      )
      .filter((own) => Object.keys(own).length > 0)
      .map((own) => ({ protocol: 'ollama', fields: own })),
  },
).map(onlyOneLimit)

/** A limit and the absence of one are the same field. */
function onlyOneLimit(request: ChatRequest): ChatRequest {
  const { maxOutputTokens: _, ...unlimited } = request
  return request.extensions?.fields['options.num_predict'] === undefined ? request : unlimited
}

type Arbitraries<T> = { [Key in keyof T]: fc.Arbitrary<T[Key]> }

/** Records of these fields, and of some of the others or none. */
export function optional<Needed, Optional>(needed: Arbitraries<Needed>, others: Arbitraries<Optional>) {
  const some = fc.record<Optional, never>(others, { requiredKeys: [], noNullPrototype: true })
  return fc.tuple(fc.record<Needed>(needed, { noNullPrototype: true }), some).map(([first, second]) => ({ ...first, ...second }))
}
