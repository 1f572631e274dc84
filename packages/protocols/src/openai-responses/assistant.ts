import type { AssistantPart, Json, JsonObject, RefusalPart, TextPart, ToolCallPart } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { isJsonArray, objectOf, restOf, stringOf } from '../json-fields.ts'
import { refuseDepth } from '../refuse-depth.ts'
import { contentPart, readText } from './content.ts'
import { ownExtras, readOpaque } from './extras.ts'
import { readReasoning } from './reasoning.ts'

/** An item that the model made, in a request or an answer. `path` names it in errors. Items of the vendor's own tools are opaque. */
export function readAssistantItem(item: JsonObject, path: string): readonly AssistantPart[] {
  switch (item.type) {
    case 'reasoning':
      return readReasoning(item)
    case 'function_call':
    case 'custom_tool_call':
      return [readToolCall(item, path)]
    case 'message':
    case undefined:
      return readMessage(item, path)
    default:
      return [readOpaque(item)]
  }
}

/** JSON text, as vendors send it; a few send the object itself. */
export function argumentsText(value: Json | undefined): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  return refuseDepth(() => JSON.stringify(value))
}

/** What an item says of its message beside the content is kept with the first part of it, under this prefix: `message.phase`. */
export const MESSAGE_EXTRA = 'message.'

/** Another vendor's signature of a call: Google says where its clients keep it for it (OpenAI compatibility, thought signatures). */
export function writeCallSignature(signature: string | undefined): JsonObject {
  return signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } }
}

export function readCallSignature(item: JsonObject): string | undefined {
  return stringOf(objectOf(objectOf(item.extra_content).google).thought_signature)
}

const MESSAGE_FIELDS: ReadonlySet<string> = new Set(['type', 'id', 'role', 'status', 'content'])
const TEXT_FIELDS: ReadonlySet<string> = new Set(['type', 'text', 'logprobs', 'annotations'])
const CALL_FIELDS: ReadonlySet<string> = new Set(['type', 'id', 'call_id', 'name', 'arguments', 'input', 'status'])

function readMessage(item: JsonObject, path: string): readonly AssistantPart[] {
  const [first, ...others] = readContent(item.content, `${path}.content`)
  const entries = Object.entries(restOf(item, MESSAGE_FIELDS) ?? {})
  const rest: JsonObject = Object.fromEntries(entries.map(([field, value]) => [MESSAGE_EXTRA + field, value] as const))
  if (first === undefined) return []
  // A refusal has no extras; what its message says beside it is lost.
  if (entries.length === 0 || first.type !== 'text') return [first, ...others]
  const [own] = Object.values(first.extras ?? {})
  return [{ ...first, extras: { ...ownExtras({ ...objectOf(own), ...rest }) } }, ...others]
}

function readContent(content: Json | undefined, path: string): readonly AssistantPart[] {
  if (content === undefined || content === null || content === '') return []
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (!isJsonArray(content)) throw invalidField(path, 'a string or an array of parts', content)
  return content.map((part, index) => readPart(part, `${path}[${index}]`))
}

function readPart(json: Json, path: string): AssistantPart {
  const part = contentPart(json, path)
  switch (part.type) {
    case 'output_text':
      return readOutputText(part, path)
    case 'input_text':
    case 'text':
      return readText(part, path)
    case 'refusal':
      return readRefusal(part, path)
    default:
      return readOpaque(part)
  }
}

function readOutputText(part: JsonObject, path: string): TextPart {
  if (typeof part.text !== 'string') throw invalidField(`${path}.text`, 'a string', part.text)
  const annotations = isJsonArray(part.annotations) && part.annotations.length > 0 ? { annotations: part.annotations } : {}
  const extras = { ...restOf(part, TEXT_FIELDS), ...annotations }
  return compact({ type: 'text', text: part.text, extras: ownExtras(Object.keys(extras).length === 0 ? undefined : extras) })
}

function readRefusal(part: JsonObject, path: string): RefusalPart {
  if (typeof part.refusal !== 'string') throw invalidField(`${path}.refusal`, 'a string', part.refusal)
  return { type: 'refusal', text: part.refusal }
}

function readToolCall(item: JsonObject, path: string): ToolCallPart {
  const id = stringOf(item.call_id) || stringOf(item.id)
  if (id === undefined) throw invalidField(`${path}.call_id`, 'a string', item.call_id)
  if (typeof item.name !== 'string') throw invalidField(`${path}.name`, 'a string', item.name)
  const isCustom = item.type === 'custom_tool_call'
  const { extra_content: kept, ...rest } = restOf(item, CALL_FIELDS) ?? {}
  const signature = readCallSignature(item)
  const extras = { ...rest, ...(signature === undefined && kept !== undefined && { extra_content: kept }) }
  return compact({
    type: 'tool-call',
    id,
    name: item.name,
    arguments: argumentsText(isCustom ? item.input : item.arguments),
    kind: isCustom ? 'custom' : undefined,
    signature,
    extras: ownExtras(Object.keys(extras).length === 0 ? undefined : extras),
  })
}
