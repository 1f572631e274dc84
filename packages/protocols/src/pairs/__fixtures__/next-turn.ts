import { isDeepStrictEqual } from 'node:util'
import type { AssistantPart, ChatReply, ChatRequest, JsonObject } from '@gateway/core'
import { arrayOf, objectOf, objectsOf } from '../../json-fields.ts'
import type { Outcome } from './carriage.ts'
import { collect, readStream, writeStream } from './collect.ts'
import { BASE_REPLY, CALLS, eventsOf } from './reply-features.ts'
import { TOOL } from './request-features.ts'
import { open, plain, send, show } from './surfaces.ts'
import type { Carried, Pair, Surface, SurfaceName } from './surfaces.ts'

/** What a vendor gets of its own turn, after a client of another protocol has kept it and sent it back with the results of its tools. */
export interface NextTurn {
  readonly sent: Carried<ChatRequest>
  /** Said of the answer and of the next request. */
  readonly warnings: readonly string[]
}

export interface NextTurnOptions {
  /** Whether the client gathered the turn from a stream. */
  readonly isStreamed: boolean
  /** Who answers next; the same vendor where absent. */
  readonly next?: Surface
}

export function nextTurn(pair: Pair, turn: readonly AssistantPart[], { isStreamed, next = pair.vendor }: NextTurnOptions): NextTurn {
  const { client, vendor } = pair
  const hasCalls = turn.some(({ type }) => type === 'tool-call')
  const reply: ChatReply = { ...BASE_REPLY, choices: [{ index: 0, content: turn, finishReason: hasCalls ? 'tool-calls' : 'stop' }] }
  const answered = isStreamed ? collect(readStream(vendor, writeStream(vendor, eventsOf(reply)))) : show(vendor, reply).value
  const shown = show(client, answered)
  const body = isStreamed ? gathered(pair, reply) : shown.body
  const request = plain({ ...ASKED[client.name](client.model), ...historyOf(client.name, body) })
  const sent = send(next, open(client, request))
  return { sent, warnings: [...shown.warnings, ...sent.warnings] }
}

/** What a client keeps that reads a stream: the same body that it would have been sent whole, put together from pieces. */
function gathered({ client, vendor }: Pair, reply: ChatReply): JsonObject {
  const events = readStream(vendor, writeStream(vendor, eventsOf(reply)))
  const text = writeStream(client, events)
  if (client.name === 'gemini') return joinChunks(text)
  const { value } = client.protocol.writeReply(collect(readStream(client, text)))
  return plain(value)
}

/** Google's own client keeps the parts of all chunks as they came. */
function joinChunks(text: string): JsonObject {
  const chunks = text.split('\r\n\r\n').flatMap((frame) => (frame === '' ? [] : objectsOf([JSON.parse(frame.slice('data: '.length))])))
  const parts = chunks.flatMap((chunk) => objectsOf(objectOf(objectsOf(chunk.candidates)[0]?.content).parts))
  return { candidates: [{ content: { role: 'model', parts } }] }
}

const QUESTION = 'Weather in Paris and Rome?'
const { name, description, parameters } = TOOL.type === 'function' ? TOOL : { name: '', description: '', parameters: {} }

/** The first half of a request, without what was said: a model that thinks and a tool, as each protocol has them. */
const ASKED: { readonly [Name in SurfaceName]: (model: string) => JsonObject } = {
  'openai-chat': (model) => ({
    model,
    max_completion_tokens: 32_000,
    reasoning_effort: 'high',
    tools: [{ type: 'function', function: { name, description, parameters } }],
  }),
  'openai-responses': (model) => ({
    model,
    store: false,
    max_output_tokens: 32_000,
    reasoning: { effort: 'high' },
    include: ['reasoning.encrypted_content'],
    tools: [{ type: 'function', name, description, parameters, strict: false }],
  }),
  'anthropic-messages': (model) => ({
    model,
    max_tokens: 32_000,
    thinking: { type: 'enabled', budget_tokens: 2048 },
    tools: [{ name, description, input_schema: parameters }],
  }),
  gemini: () => ({
    generationConfig: { maxOutputTokens: 32_000, thinkingConfig: { thinkingLevel: 'HIGH' } },
    tools: [{ functionDeclarations: [{ name, description, parametersJsonSchema: parameters }] }],
  }),
}

/** The question, the answer as it was shown, and a result for each of its calls, in the order in which they were made. */
function historyOf(client: SurfaceName, body: JsonObject): JsonObject {
  switch (client) {
    case 'openai-chat': {
      const message = objectOf(objectsOf(body.choices)[0]?.message)
      const results = objectsOf(message.tool_calls).map((call) => ({
        role: 'tool',
        tool_call_id: call.id,
        content: `of ${String(call.id)}`,
      }))
      return { messages: [{ role: 'user', content: QUESTION }, message, ...results] }
    }
    case 'openai-responses': {
      const items = arrayOf(body.output)
      const calls = objectsOf(items).filter(({ type }) => type === 'function_call')
      const results = calls.map((call) => ({ type: 'function_call_output', call_id: call.call_id, output: `of ${String(call.call_id)}` }))
      return { input: [{ role: 'user', content: QUESTION }, ...items, ...results] }
    }
    case 'anthropic-messages': {
      const calls = objectsOf(body.content).filter(({ type }) => type === 'tool_use')
      const results = calls.map((call) => ({ type: 'tool_result', tool_use_id: call.id, content: `of ${String(call.id)}` }))
      const messages = [
        { role: 'user', content: QUESTION },
        { role: 'assistant', content: body.content },
      ]
      return {
        messages:
          results.length === 0 ? [...messages, { role: 'user', content: 'Go on' }] : [...messages, { role: 'user', content: results }],
      }
    }
    case 'gemini': {
      const content = objectOf(objectsOf(body.candidates)[0]?.content)
      const calls = objectsOf(content.parts).flatMap((part) => (part.functionCall === undefined ? [] : [objectOf(part.functionCall)]))
      const results = calls.map((call) => ({
        functionResponse: { id: call.id, name: call.name, response: { output: `of ${String(call.id)}` } },
      }))
      const parts = results.length === 0 ? [{ text: 'Go on' }] : results
      return { contents: [{ role: 'user', parts: [{ text: QUESTION }] }, content, { role: 'user', parts }] }
    }
  }
}

/** A turn of a vendor's, and what of it has to come back. */
export interface ReturnRow {
  readonly name: string
  readonly turn: readonly AssistantPart[]
  /** Whose turns are such. */
  readonly vendors: readonly SurfaceName[]
}

const TEXT = { type: 'text', text: 'Let me look.' } as const

export const RETURNS: readonly ReturnRow[] = [
  {
    name: 'text and calls, with their ids',
    turn: [TEXT, ...CALLS],
    vendors: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'],
  },
  {
    name: 'a signed thought before its calls',
    turn: [{ type: 'reasoning', text: 'Two cities.', signature: 'c2lnbmVk' }, TEXT, ...CALLS],
    vendors: ['anthropic-messages'],
  },
  {
    name: 'a thought that nobody was to see',
    turn: [{ type: 'reasoning', text: '', encrypted: 'ZW5jcnlwdGVk' }, TEXT, ...CALLS],
    vendors: ['anthropic-messages'],
  },
  {
    name: 'an encrypted thought under its id',
    turn: [{ type: 'reasoning', text: 'Two cities.', id: 'rs_1', encrypted: 'ZW5jcnlwdGVk' }, ...CALLS],
    vendors: ['openai-responses'],
  },
  { name: 'a signature of a call', turn: [{ ...CALLS[0], signature: 'c2lnbmVk' }, CALLS[1]], vendors: ['gemini'] },
]

/** The same whole and streamed, or the worse of the two. */
export function returnOutcome({ turn, vendors }: ReturnRow, pair: Pair): Outcome {
  if (!vendors.includes(pair.vendor.name)) return { kind: 'unsaid' }
  const outcomes = [false, true].map((isStreamed): Outcome => {
    const { sent, warnings } = nextTurn(pair, turn, { isStreamed })
    const heard = sent.value.messages.find(({ role }) => role === 'assistant')?.content
    const own = warnings.filter((warning) => !QUIET.has(warning))
    if (isDeepStrictEqual(plainParts(heard ?? []), plainParts(turn))) return { kind: 'carried', warnings: own }
    return own.length > 0 ? { kind: 'dropped', warnings: own } : { kind: 'lost', said: turn, heard }
  })
  return (
    outcomes.find(({ kind }) => kind === 'lost') ?? outcomes.find(({ kind }) => kind === 'dropped') ?? outcomes[0] ?? { kind: 'unsaid' }
  )
}

/** How much the model is asked to think is said elsewhere. */
const QUIET: ReadonlySet<string> = new Set([
  'emulated:reasoning_effort',
  'emulated:reasoning.budget_tokens',
  'dropped:reasoning.budget_tokens',
])

/** Arguments as JSON, since protocols that have them as objects write them anew. */
export function plainParts(parts: readonly object[]): readonly object[] {
  return parts.map((part) =>
    'arguments' in part && typeof part.arguments === 'string' ? { ...part, arguments: JSON.parse(part.arguments) } : part,
  )
}
