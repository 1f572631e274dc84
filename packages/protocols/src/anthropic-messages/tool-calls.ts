import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject, ToolCallPart } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { parseObject, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import type { Block } from './blocks.ts'
import { ownExtras, requiredString } from './blocks.ts'

/** A `tool_use` block. Its `signature` is another vendor's, which `writeToolCall` has put there for a client to bring back. */
export function readToolCall(block: Block): ToolCallPart {
  const input = block.fields.input ?? {}
  if (!isJsonObject(input)) throw invalidField(`${block.path}.input`, 'an object', input)
  return compact({
    type: 'tool-call',
    id: requiredString(block, 'id'),
    name: requiredString(block, 'name'),
    arguments: jsonText(input, `${block.path}.input`),
    signature: stringOf(block.fields.signature),
    extras: ownExtras(restOf(block.fields, CALL_FIELDS)),
  })
}

/** The block without its signature, which the vendor takes from nobody. */
export function writeToolCall(call: ToolCallPart, translation: Translation): JsonObject {
  return {
    type: 'tool_use',
    id: writeCallId(call.id, translation),
    name: call.name,
    input: writeInput(call, translation),
    ...translation.ownExtras(call.extras),
  }
}

/** Claude takes letters, digits, `_` and `-`. Anything else becomes its code, so that call and result still find each other. */
export function writeCallId(id: string, translation: Translation): string {
  const written = id.replaceAll(/[^\w-]/gu, (character) => `_${character.codePointAt(0)?.toString(16) ?? ''}_`) || 'call'
  if (written !== id) translation.change('renamed', 'tool_call_id')
  return written
}

/** The fields of a `tool_use` block that the language has words for. */
export const CALL_FIELDS: ReadonlySet<string> = new Set(['type', 'id', 'name', 'input', 'signature'])

/** The vendor takes an object alone: what else a model or a custom tool wrote is wrapped in one. */
function writeInput(call: ToolCallPart, translation: Translation): JsonObject {
  if (call.kind === 'custom') {
    translation.change('emulated', 'custom')
    return { [CUSTOM_INPUT]: call.arguments }
  }
  if (call.arguments.trim() === '') return {}
  const input = parseObject(call.arguments)
  if (input !== null) return input
  translation.change('emulated', 'arguments')
  return { arguments: call.arguments }
}

/** The one field of a custom tool's input, whose text is free. */
export const CUSTOM_INPUT = 'input'

function jsonText(value: Json, path: string): string {
  try {
    return JSON.stringify(value)
  } catch {
    // JSON.parse takes any depth; JSON.stringify recurses.
    throw invalidField(path, 'less nesting', value)
  }
}
