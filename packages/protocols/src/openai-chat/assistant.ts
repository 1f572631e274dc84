import type { AssistantPart, Json, JsonObject, OpaquePart, ReasoningPart, RefusalPart, TextPart, ToolCallPart } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { arrayOf, isJsonArray, objectsOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { ownExtras, plainText, readTextPart, writeOpaque, writePart } from './parts.ts'
import { readFunctionCall, readToolCalls, writeToolCalls } from './tool-calls.ts'

/** What an assistant's message says, in a request or an answer: reasoning, content, refusal, tool calls, in this order. */
export interface AssistantMessage {
  readonly content: readonly AssistantPart[]
  /** Its fields that the language has no word for: `annotations`, `audio`. */
  readonly rest: JsonObject | undefined
}

export interface CallNaming {
  /** Goes before the position of a call that has no id. */
  readonly idPrefix: string
  /** The id of a deprecated `function_call`, which never has one. */
  readonly functionCallId: string
}

/** `path` names the message in errors. */
export function readAssistant(message: JsonObject, path: string, naming: CallNaming): AssistantMessage {
  const refusal = stringOf(message.refusal)
  return {
    content: [
      ...readReasoning(message),
      ...readContent(message.content, `${path}.content`),
      ...(refusal ? [{ type: 'refusal', text: refusal } as const] : []),
      ...readFunctionCall(message, naming.functionCallId),
      ...readToolCalls(message, naming.idPrefix),
    ],
    rest: restOf(message, KNOWN_FIELDS),
  }
}

/** The fields of an assistant's message but for its role and name. */
export function writeAssistant(parts: readonly AssistantPart[], translation: Translation): JsonObject {
  const calls = parts.filter((part): part is ToolCallPart => part.type === 'tool-call')
  const refusals = parts.filter((part): part is RefusalPart => part.type === 'refusal')
  const isRefusalField = refusals.length === 1
  const content = parts.flatMap((part) => writeContentPart(part, isRefusalField, translation))
  return {
    content: content.length === 0 ? emptyContent(parts) : plainText(content),
    ...writeReasoning(parts, translation),
    ...(isRefusalField && { refusal: refusals[0]?.text }),
    ...writeToolCalls(calls, translation),
  }
}

const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  'role',
  'name',
  'content',
  'refusal',
  'tool_calls',
  'function_call',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
])

/** DeepSeek, llama.cpp and xAI say `reasoning_content`, Groq, Ollama and OpenRouter `reasoning`; Mistral has parts of content. */
function readReasoning(message: JsonObject): readonly ReasoningPart[] {
  const field = stringOf(message.reasoning_content) ? 'reasoning_content' : 'reasoning'
  const text = (stringOf(message[field]) ?? '') + thinkingText(message.content)
  const details = isJsonArray(message.reasoning_details) && message.reasoning_details.length > 0 ? message.reasoning_details : undefined
  if (text === '' && details === undefined) return []
  const isDefaultField = stringOf(message.reasoning) === undefined || field === DEFAULT_FIELD
  const extras = compact({ field: isDefaultField ? undefined : field, reasoning_details: details })
  return [compact({ type: 'reasoning', text, extras: ownExtras(Object.keys(extras).length === 0 ? undefined : extras) })]
}

const DEFAULT_FIELD = 'reasoning_content'

/** The text of Mistral's `thinking` parts. */
export function thinkingText(content: Json | undefined): string {
  const thoughts = objectsOf(content).filter((part) => part.type === 'thinking')
  return thoughts.flatMap((part) => arrayOf(part.thinking).map((piece) => stringOf(objectsOf([piece])[0]?.text) ?? '')).join('')
}

function readContent(content: Json | undefined, path: string): readonly AssistantPart[] {
  if (content === undefined || content === null || content === '') return []
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (!isJsonArray(content)) throw invalidField(path, 'a string or an array of parts', content)
  return content.flatMap((part, index) => readContentPart(readTextPart(part, `${path}[${index}]`)))
}

function readContentPart(part: TextPart | OpaquePart): readonly AssistantPart[] {
  if (part.type === 'text') return [part]
  if (part.value.type === 'thinking') return []
  const refusal = part.value.type === 'refusal' ? stringOf(part.value.refusal) : undefined
  return [refusal === undefined ? part : { type: 'refusal', text: refusal }]
}

function writeReasoning(parts: readonly AssistantPart[], translation: Translation): JsonObject {
  const thoughts = parts.filter((part): part is ReasoningPart => part.type === 'reasoning')
  const written: { [field: string]: Json } = {}
  for (const thought of thoughts) {
    if (thought.signature !== undefined) translation.drop('signature')
    if (thought.encrypted !== undefined) translation.drop('encrypted_reasoning')
    const { field, reasoning_details: details } = translation.ownExtras(thought.extras)
    const name = field === 'reasoning' ? 'reasoning' : DEFAULT_FIELD
    if (thought.text !== '') written[name] = (stringOf(written[name]) ?? '') + thought.text
    if (details !== undefined) written.reasoning_details = [...arrayOf(written.reasoning_details), ...arrayOf(details)]
  }
  return written
}

function writeContentPart(part: AssistantPart, isRefusalField: boolean, translation: Translation): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
      return writePart(part, translation)
    case 'opaque':
      return writeOpaque(part, translation)
    case 'refusal':
      return isRefusalField ? [] : [{ type: 'refusal', refusal: part.text }]
    case 'reasoning':
    case 'tool-call':
      return []
  }
}

/** Null is what OpenAI sends beside calls and refusals; where there is nothing at all, some servers reject null. */
function emptyContent(parts: readonly AssistantPart[]): string | null {
  return parts.some((part) => part.type === 'tool-call' || part.type === 'refusal') ? null : ''
}
