import { isJsonObject } from '@gateway/core'
import type { AssistantPart, Json, JsonObject, Message, UserPart } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { isJsonArray, restOf, stringOf } from '../json-fields.ts'
import { needsServerState } from '../needs-server-state.ts'
import type { Translation } from '../translation.ts'
import { readAssistantItem } from './assistant.ts'
import { readContent, readTexts, writeContent } from './content.ts'
import { isContentType, ownExtras, readOpaque, writeOpaque } from './extras.ts'
import { writeItems } from './items.ts'

/**
 * `instructions` and `input` as a conversation. Items that the model made one after the other are one turn of the assistant.
 * The ids and states of items are left behind: they name what the vendor keeps, and nothing here is kept.
 */
export function readInput(body: JsonObject): readonly Message[] {
  const instructions = stringOf(body.instructions) ?? ''
  const system: readonly Message[] = instructions === '' ? [] : [{ role: 'system', content: [{ type: 'text', text: instructions }] }]
  const { input } = body
  if (typeof input === 'string') return [...system, { role: 'user', content: readContent(input, 'input') }]
  if (!isJsonArray(input)) throw invalidField('input', 'a string or an array of items', input)
  if (input.length === 0) throw invalidField('input', 'at least one item', input)
  return [...system, ...joinTurns(input.flatMap((item, index) => readItem(item, `input[${index}]`)))]
}

/** The opposite: a system prompt that is one plain text becomes `instructions` where something follows it. */
export function writeInput(messages: readonly Message[], translation: Translation): JsonObject {
  const [first, ...others] = messages
  const instructions = first === undefined || others.length === 0 ? undefined : plainInstructions(first)
  const customCalls = customCallsOf(messages)
  const input = (instructions === undefined ? messages : others).flatMap((message) => writeMessage(message, customCalls, translation))
  return compact({ instructions, input })
}

const MESSAGE_FIELDS: ReadonlySet<string> = new Set(['type', 'id', 'role', 'status', 'content'])
const OUTPUT_FIELDS: ReadonlySet<string> = new Set(['type', 'id', 'call_id', 'output', 'status'])

function readItem(item: Json, path: string): readonly Message[] {
  if (!isJsonObject(item)) throw invalidField(path, 'an object', item)
  const type = typeOf(item, path)
  switch (type) {
    case 'item_reference':
      throw needsServerState(path, 'send the item itself')
    case 'message':
      return [readMessage(item, path)]
    case 'function_call_output':
    case 'custom_tool_call_output':
      return [readToolOutput(item, path)]
    default:
      return [isOfUser(type) ? { role: 'user', content: [readOpaque(item)] } : assistantTurn(readAssistantItem(item, path))]
  }
}

/** A message may leave its type out, and so may a reference, which is nothing but an id. */
function typeOf(item: JsonObject, path: string): string {
  if (item.type == null && item.role != null) return 'message'
  if (item.type == null && typeof item.id === 'string') return 'item_reference'
  if (typeof item.type !== 'string') throw invalidField(`${path}.type`, 'a string', item.type)
  return item.type
}

/** Results and permissions that a client sends for the vendor's own tools. */
function isOfUser(type: string): boolean {
  return type.endsWith('_output') || type.endsWith('_response')
}

function readMessage(item: JsonObject, path: string): Message {
  const extras = ownExtras(restOf(item, MESSAGE_FIELDS))
  switch (item.role) {
    case 'user':
      return compact({ role: 'user', content: readContent(item.content, `${path}.content`), extras })
    case 'system':
    case 'developer':
      return compact({ role: item.role, content: readTexts(item.content, `${path}.content`), extras })
    case 'assistant':
      return assistantTurn(readAssistantItem({ ...item, type: 'message' }, path))
    default:
      throw invalidField(`${path}.role`, 'one of user, assistant, system, developer', item.role)
  }
}

function readToolOutput(item: JsonObject, path: string): Message {
  if (typeof item.call_id !== 'string') throw invalidField(`${path}.call_id`, 'a string', item.call_id)
  const content = readContent(item.output, `${path}.output`)
  return compact({ role: 'tool', toolCallId: item.call_id, content, extras: ownExtras(restOf(item, OUTPUT_FIELDS)) })
}

function assistantTurn(content: readonly AssistantPart[]): Message {
  return { role: 'assistant', content }
}

function joinTurns(messages: readonly Message[]): readonly Message[] {
  const joined: Message[] = []
  for (const message of messages) {
    const last = joined.at(-1)
    if (message.role !== 'assistant') joined.push(message)
    else if (message.content.length === 0) continue
    else if (last?.role === 'assistant') joined.splice(-1, 1, assistantTurn([...last.content, ...message.content]))
    else joined.push(message)
  }
  return joined
}

function plainInstructions(message: Message): string | undefined {
  if (message.role !== 'system' || message.name !== undefined || message.extras !== undefined) return undefined
  const [only, ...others] = message.content
  return only === undefined || others.length > 0 || only.extras !== undefined || only.text === '' ? undefined : only.text
}

/** The calls whose results go back under another type. */
function customCallsOf(messages: readonly Message[]): ReadonlySet<string> {
  const parts = messages.flatMap((message) => (message.role === 'assistant' ? message.content : []))
  return new Set(parts.flatMap((part) => (part.type === 'tool-call' && part.kind === 'custom' ? [part.id] : [])))
}

function writeMessage(message: Message, customCalls: ReadonlySet<string>, translation: Translation): readonly JsonObject[] {
  const extras = translation.ownExtras(message.extras)
  if (message.role === 'tool') {
    if (message.isError !== undefined) translation.drop('is_error')
    const type = customCalls.has(message.toolCallId) ? 'custom_tool_call_output' : 'function_call_output'
    return [{ type, call_id: message.toolCallId, output: writeContent(message.content, translation), ...extras }]
  }
  if (message.name !== undefined) translation.drop('name')
  if (message.role === 'assistant') return writeItems(message.content, { kind: 'vendor' }, translation)
  if (message.role === 'user') return writeUser(message.content, extras, translation)
  return [{ type: 'message', role: message.role, content: writeContent(message.content, translation), ...extras }]
}

/** Results for the vendor's own tools are items beside the message. */
function writeUser(parts: readonly UserPart[], extras: JsonObject, translation: Translation): readonly JsonObject[] {
  const items = parts.filter((part) => part.type === 'opaque' && !isContentType(stringOf(part.value.type) ?? ''))
  const content = parts.filter((part) => !items.includes(part))
  const written = items.flatMap((part) => (part.type === 'opaque' ? writeOpaque(part, translation) : []))
  if (content.length === 0 && items.length > 0) return written
  return [...written, { type: 'message', role: 'user', content: writeContent(content, translation), ...extras }]
}
