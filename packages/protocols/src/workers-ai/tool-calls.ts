import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject, ToolCallPart } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { arrayOf, isJsonArray, objectOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { ownExtras } from './extras.ts'

/** The id of a call: its own, or a stable one where the model gave none. */
export type NameCall = (call: { readonly id: string | undefined; readonly name: string }) => string

/** `path` names the calls in errors. */
export function readToolCalls(calls: Json | undefined, path: string, nameCall: NameCall): readonly ToolCallPart[] {
  if (calls !== undefined && calls !== null && !isJsonArray(calls)) throw invalidField(path, 'an array', calls)
  return arrayOf(calls).map((call, index) => readToolCall(call, `${path}[${index}]`, nameCall))
}

export function writeToolCall(part: ToolCallPart, translation: Translation): JsonObject {
  if (part.signature !== undefined) translation.drop('signature')
  if (part.kind === 'custom') translation.change('emulated', 'tool_calls.custom')
  const { function: functionRest, ...callRest } = translation.ownExtras(part.extras)
  return {
    id: part.id,
    type: 'function',
    function: { name: part.name, arguments: part.arguments, ...objectOf(functionRest) },
    ...callRest,
  }
}

/** A call as OpenAI has it. The first models answer flat ones, `{ name, arguments }`, whose arguments are an object. */
export function nestCall(call: JsonObject): JsonObject {
  if (isJsonObject(call.function) || typeof call.name !== 'string') return call
  const { name, arguments: input, ...rest } = call
  return { ...rest, type: 'function', function: { name, arguments: input ?? {} } }
}

const CALL_FIELDS: ReadonlySet<string> = new Set(['id', 'type', 'index', 'function'])
const FUNCTION_FIELDS: ReadonlySet<string> = new Set(['name', 'arguments'])

function readToolCall(value: Json, path: string, nameCall: NameCall): ToolCallPart {
  if (!isJsonObject(value)) throw invalidField(path, 'an object', value)
  const call = nestCall(value)
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

function argumentsText(value: Json | undefined, path: string): string {
  if (typeof value === 'string') return value
  if (value !== undefined && value !== null && !isJsonObject(value)) throw invalidField(path, 'a string or an object', value)
  return JSON.stringify(value ?? {})
}
