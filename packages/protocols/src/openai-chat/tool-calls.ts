import type { Json, JsonObject, ToolCallPart } from '@gateway/core'
import { compact } from '../compact.ts'
import { objectOf, objectsOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { isSignatureAlone, readCallSignature, writeCallSignature } from './call-signature.ts'
import { ownExtras } from './parts.ts'

/** The tool calls of an assistant's message. Calls without an id (seen from small servers) get `idPrefix` and their position. */
export function readToolCalls(message: JsonObject, idPrefix: string): readonly ToolCallPart[] {
  return objectsOf(message.tool_calls).map((call, position) => readToolCall(call, `${idPrefix}${position}`))
}

/** `function_call`, which came before `tool_calls` and has no id. */
export function readFunctionCall(message: JsonObject, id: string): readonly ToolCallPart[] {
  const call = objectOf(message.function_call)
  const name = stringOf(call.name)
  if (name === undefined) return []
  return [{ type: 'tool-call', id, name, arguments: argumentsText(call.arguments), extras: { ...ownExtras(FUNCTION_CALL) } }]
}

/** `tool_calls`, or `function_call` where that is how it came; nothing where there are no calls. */
export function writeToolCalls(calls: readonly ToolCallPart[], translation: Translation): JsonObject {
  const [first] = calls
  if (first === undefined) return {}
  const isFunctionCall = translation.ownExtras(first.extras).deprecated === true
  if (isFunctionCall && calls.length === 1) return { function_call: { name: first.name, arguments: first.arguments } }
  return { tool_calls: calls.map((call) => writeToolCall(call, translation)) }
}

/** Marks what came in the form that OpenAI has deprecated, so that it goes back in the same. */
export const FUNCTION_CALL: JsonObject = { deprecated: true }

/** Vendors send arguments as JSON text; a few send the object itself. */
export function argumentsText(value: Json | undefined): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}

const CALL_FIELDS: ReadonlySet<string> = new Set(['id', 'type', 'index', 'function', 'custom'])
const SIGNED_CALL_FIELDS: ReadonlySet<string> = new Set([...CALL_FIELDS, 'extra_content'])

function readToolCall(call: JsonObject, fallbackId: string): ToolCallPart {
  const isCustom = call.type === 'custom'
  const body = objectOf(isCustom ? call.custom : call.function)
  const isSigned = isSignatureAlone(call)
  return compact({
    type: 'tool-call',
    id: stringOf(call.id) || fallbackId,
    name: stringOf(body.name) ?? '',
    arguments: argumentsText(isCustom ? body.input : body.arguments),
    kind: isCustom ? 'custom' : undefined,
    signature: isSigned ? readCallSignature(call) : undefined,
    extras: ownExtras(restOf(call, isSigned ? SIGNED_CALL_FIELDS : CALL_FIELDS)),
  })
}

function writeToolCall(call: ToolCallPart, translation: Translation): JsonObject {
  const { deprecated: _, ...own } = translation.ownExtras(call.extras)
  const extras = { ...own, ...writeCallSignature(call.signature) }
  if (call.kind === 'custom') return { id: call.id, type: 'custom', custom: { name: call.name, input: call.arguments }, ...extras }
  return { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments }, ...extras }
}
