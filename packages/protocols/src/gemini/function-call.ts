import { isJsonObject } from '@gateway/core'
import type { JsonObject, ToolCallPart } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { objectOf, parseObject, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { ownExtras } from './extras.ts'
import { camelFields } from './field-names.ts'
import type { WirePart } from './wire-part.ts'

/** The id of a call: its own, or a stable one where the vendor left it out. */
export type NameCall = (call: { readonly id: string | undefined; readonly name: string }) => string

export function readFunctionCall({ fields, path }: WirePart, nameCall: NameCall): ToolCallPart {
  if (!isJsonObject(fields.functionCall)) throw invalidField(`${path}.functionCall`, 'an object', fields.functionCall)
  const call = camelFields(fields.functionCall)
  if (typeof call.name !== 'string') throw invalidField(`${path}.functionCall.name`, 'a string', call.name)
  if (call.args != null && !isJsonObject(call.args)) throw invalidField(`${path}.functionCall.args`, 'an object', call.args)
  const callRest = restOf(call, CALL_FIELDS)
  return compact({
    type: 'tool-call',
    id: nameCall({ id: stringOf(call.id) || undefined, name: call.name }),
    name: call.name,
    arguments: JSON.stringify(call.args ?? {}),
    signature: signatureIn(fields),
    extras: ownExtras({ ...restOf(fields, PART_FIELDS), ...(callRest && { functionCall: callRest }) }),
  })
}

/** Arguments that are no JSON object (a custom tool's free text, or what a model spoiled) go as `{ input: … }`, and are reported. */
export function writeFunctionCall(part: ToolCallPart, translation: Translation): JsonObject {
  const { functionCall, ...partExtras } = translation.ownExtras(part.extras)
  const args = part.kind === 'custom' ? null : parseObject(part.arguments === '' ? '{}' : part.arguments)
  if (args === null) translation.change('emulated', 'arguments')
  return {
    functionCall: { id: part.id, name: part.name, args: args ?? { input: part.arguments }, ...objectOf(functionCall) },
    ...(part.signature !== undefined && { thoughtSignature: part.signature }),
    ...partExtras,
  }
}

/** What Google tells clients to send for calls that another model made (https://ai.google.dev/gemini-api/docs/thought-signatures). */
export const UNSIGNED_CALL = 'skip_thought_signature_validator'

/** Who sends what Google takes for an unsigned call has no signature, and none is lost where it is left out. */
function signatureIn({ thoughtSignature }: JsonObject): string | undefined {
  return thoughtSignature === UNSIGNED_CALL ? undefined : stringOf(thoughtSignature)
}

const CALL_FIELDS: ReadonlySet<string> = new Set(['id', 'name', 'args'])
const PART_FIELDS: ReadonlySet<string> = new Set(['functionCall', 'thoughtSignature'])
