import type { AssistantPart, ChatRequest, JsonObject, Message, Tool, UserPart } from '@gateway/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseObject } from '../json-fields.ts'
import { openaiResponses } from './index.ts'

it('reads the request that was written, whatever it says', () => {
  fc.assert(
    fc.property(chatRequests(), (request) => {
      const written = openaiResponses.writeRequest(request)
      expect(written.warnings).toEqual([])
      expect(openaiResponses.readRequest(parseObject(JSON.stringify(written.value)) ?? {})).toEqual(request)
    }),
    { numRuns: 1000 },
  )
})

const OWN = 'openai-responses'
const word = fc.string({ minLength: 1 })
const fields: fc.Arbitrary<JsonObject> = fc.dictionary(fc.constantFrom('mystery', 'prompt_cache_key'), fc.oneof(word, fc.integer()), {
  minKeys: 1,
  noNullPrototype: true,
})
const extras = fields.map((own) => ({ [OWN]: own }))
const base64 = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'))

const text = optional({ type: fc.constant('text' as const), text: fc.string() }, { extras })
const opaque = (...types: readonly string[]) =>
  fc.record({ type: fc.constant('opaque' as const), protocol: fc.constant(OWN), value: fc.record({ type: fc.constantFrom(...types) }) })
const embedded = base64.map((data) => ({ from: 'base64' as const, data }))
const linked = fc.webUrl().map((url) => ({ from: 'url' as const, url }))
const stored = word.map((id) => ({ from: 'id' as const, id }))
const mediaType = fc.constantFrom('image/png', 'application/pdf', 'application/vnd.ms-excel')
const detail = fc.constantFrom('auto', 'low', 'high')
const media = { type: fc.constant('media' as const) }
const image = { ...media, kind: fc.constant('image' as const) }
const file = { ...media, kind: fc.constant('file' as const) }
const audio = { ...media, kind: fc.constant('audio' as const), source: embedded }
const userPart: fc.Arbitrary<UserPart> = fc.oneof(
  text,
  opaque('input_video', 'computer_screenshot'),
  optional({ ...image, source: embedded, mediaType }, { detail, extras }),
  optional({ ...image, source: fc.oneof(linked, stored) }, { detail }),
  optional({ ...file, source: embedded }, { mediaType, filename: word }),
  optional({ ...file, source: fc.oneof(linked, stored) }, { filename: word, extras }),
  optional({ ...audio, mediaType: fc.constantFrom('audio/mpeg', 'audio/wav', 'audio/flac') }, { extras }),
)

// A vendor takes back only thoughts that it has encrypted, or the model's own words.
const reasoning = fc.oneof(
  optional({ type: fc.constant('reasoning' as const), text: fc.string(), encrypted: word, id: word }, { extras }),
  optional({ type: fc.constant('reasoning' as const), text: word, isVerbatim: fc.constant(true) }, { extras }),
)
const toolCall = optional(
  { type: fc.constant('tool-call' as const), id: word, name: fc.string(), arguments: fc.string() },
  { kind: fc.constant('custom' as const), extras },
)
const refusal = fc.record({ type: fc.constant('refusal' as const), text: fc.string() })
const spoken = optional(
  { type: fc.constant('text' as const), text: fc.string() },
  { extras: fc.constantFrom({ [OWN]: { annotations: [{ type: 'url_citation' }] } }, { [OWN]: { 'message.phase': 'commentary' } }) },
)
const assistantContent: fc.Arbitrary<readonly AssistantPart[]> = fc.array(
  fc.oneof(reasoning, toolCall, refusal, spoken, opaque('output_audio', 'web_search_call')),
  { minLength: 1 },
)

const message: fc.Arbitrary<Message> = fc.oneof(
  optional({ role: fc.constantFrom('system' as const, 'developer' as const), content: fc.array(text) }, { extras }),
  optional({ role: fc.constant('user' as const), content: fc.array(userPart) }, { extras }),
  fc.record({ role: fc.constant('user' as const), content: fc.tuple(opaque('computer_call_output', 'mcp_approval_response')) }),
  fc.record({ role: fc.constant('assistant' as const), content: assistantContent }),
  optional({ role: fc.constant('tool' as const), toolCallId: fc.string(), content: fc.array(userPart) }, { extras }),
)
// Two turns of the assistant in a row are one.
const messages = fc
  .array(message, { minLength: 1 })
  .map((all) => all.filter(({ role }, position) => role !== 'assistant' || all[position - 1]?.role !== 'assistant'))

const schema: fc.Arbitrary<JsonObject> = fc.dictionary(word, fc.oneof(fc.string(), fc.integer(), fc.boolean()), { noNullPrototype: true })
const tool: fc.Arbitrary<Tool> = fc.oneof(
  optional(
    { type: fc.constant('function' as const), name: fc.string(), strict: fc.boolean() },
    { description: fc.string(), parameters: schema, extras },
  ),
  opaque('custom', 'web_search'),
)
const finite = fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0)
const extensions = fc.dictionary(fc.constantFrom('truncation', 'service_tier', 'text.verbosity', 'reasoning.context'), fc.constant(true), {
  minKeys: 1,
  noNullPrototype: true,
})

function chatRequests(): fc.Arbitrary<ChatRequest> {
  return optional(
    {
      model: fc.constantFrom('gpt-4o', 'gpt-5', '__proto__'),
      messages,
      isStreaming: fc.boolean(),
      wantsStreamUsage: fc.constant(true),
    },
    {
      tools: fc.array(tool),
      toolChoice: fc.oneof(
        fc.record({ type: fc.constantFrom('auto' as const, 'none' as const, 'required' as const) }),
        fc.record({ type: fc.constant('function' as const), name: fc.string() }),
        fc.record({ type: fc.constant('opaque' as const), protocol: fc.constant(OWN), value: fc.constant({ type: 'web_search' }) }),
      ),
      parallelToolCalls: fc.boolean(),
      maxOutputTokens: fc.integer({ min: 1 }),
      temperature: finite,
      topP: finite,
      responseFormat: fc.oneof(
        fc.record({ type: fc.constantFrom('text' as const, 'json' as const) }),
        optional(
          { type: fc.constant('json-schema' as const), name: fc.string(), strict: fc.boolean() },
          { schema, description: fc.string() },
        ),
      ),
      reasoning: optional({ effort: fc.constantFrom('none', 'low', 'high') }, { isShown: fc.constant(true) }),
      wantsEncryptedReasoning: fc.constant(true),
      logprobs: optional({}, { top: fc.integer({ min: 0, max: 20 }) }),
      user: fc.string(),
      emulated: fc.constant(['store']),
      metadata: schema,
      extensions: extensions.map((own) => ({ protocol: OWN, fields: own })),
    },
  )
}

type Arbitraries<T> = { [Key in keyof T]: fc.Arbitrary<T[Key]> }

/** Records of these fields, and of some of the others or none. */
function optional<Needed, Optional>(needed: Arbitraries<Needed>, others: Arbitraries<Optional>) {
  const some = fc.record<Optional, never>(others, { requiredKeys: [], noNullPrototype: true })
  return fc.tuple(fc.record<Needed>(needed, { noNullPrototype: true }), some).map(([first, second]) => ({ ...first, ...second }))
}
