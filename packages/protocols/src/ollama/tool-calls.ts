import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject, ToolCallPart } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { arrayOf, isJsonArray, objectOf, parseObject, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { ownExtras } from './extras.ts'

/** The id of a call: its own, or a stable one where the server gave none. */
export type NameCall = (call: { readonly id: string | undefined; readonly name: string }) => string

/** `path` names the message in errors. */
export function readToolCalls(message: JsonObject, path: string, nameCall: NameCall): readonly ToolCallPart[] {
  const calls = message.tool_calls
  if (calls !== undefined && calls !== null && !isJsonArray(calls)) throw invalidField(`${path}.tool_calls`, 'an array', calls)
  return arrayOf(calls).map((call, index) => readToolCall(call, `${path}.tool_calls[${index}]`, nameCall))
}

/** Arguments are an object here: what is none (a custom tool's free text, or what a model spoiled) goes as `{ input: … }`, and is reported. */
export function writeToolCall(part: ToolCallPart, translation: Translation): JsonObject {
  if (part.signature !== undefined) translation.drop('signature')
  const { function: functionRest, ...callRest } = translation.ownExtras(part.extras)
  const parsed = part.kind === 'custom' ? null : parseArguments(part.arguments)
  if (parsed === null) translation.change('emulated', 'arguments')
  const input = parsed ?? { input: part.arguments }
  return { id: part.id, function: { name: part.name, arguments: input, ...objectOf(functionRest) }, ...callRest }
}

/** Null for a text that is no object. A call without arguments may come with none at all. */
export function parseArguments(text: string): JsonObject | null {
  return parseObject(text.trim() === '' ? '{}' : text)
}

const CALL_FIELDS: ReadonlySet<string> = new Set(['id', 'type', 'function'])
const FUNCTION_FIELDS: ReadonlySet<string> = new Set(['index', 'name', 'arguments'])

function readToolCall(call: Json, path: string, nameCall: NameCall): ToolCallPart {
  if (!isJsonObject(call)) throw invalidField(path, 'an object', call)
  const body = call.function
  if (!isJsonObject(body)) throw invalidField(`${path}.function`, 'an object', body)
  if (typeof body.name !== 'string') throw invalidField(`${path}.function.name`, 'a string', body.name)
  const functionRest = restOf(body, FUNCTION_FIELDS)
  return compact({
    type: 'tool-call',
    id: nameCall({ id: stringOf(call.id) || undefined, name: body.name }),
    name: body.name,
    arguments: argumentsText(body.arguments, `${path}.function.arguments`),
    extras: ownExtras({ ...restOf(call, CALL_FIELDS), ...(functionRest && { function: functionRest }) }),
  })
}

/** Clients that come from OpenAI send the text in place of the object. */
function argumentsText(value: Json | undefined, path: string): string {
  if (typeof value === 'string') return value
  if (value !== undefined && value !== null && !isJsonObject(value)) throw invalidField(path, 'an object', value)
  return JSON.stringify(value ?? {})
}
