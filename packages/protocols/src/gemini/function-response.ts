import { isJsonObject } from '@gateway/core'
import type { JsonObject, Message } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { objectOf, parseObject, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import type { CallLedger } from './call-ledger.ts'
import { ownExtras } from './extras.ts'
import { camelFields } from './field-names.ts'
import { readUserPart, writeUserPart } from './parts.ts'
import { openParts } from './wire-part.ts'
import type { WirePart } from './wire-part.ts'

export type ToolMessage = Extract<Message, { role: 'tool' }>

/** A function's answer as a message of its own; the ledger knows which call it answers where it does not say so. */
export function readFunctionResponse({ fields, path }: WirePart, ledger: CallLedger): ToolMessage {
  if (!isJsonObject(fields.functionResponse)) throw invalidField(`${path}.functionResponse`, 'an object', fields.functionResponse)
  const answer = camelFields(fields.functionResponse)
  if (typeof answer.name !== 'string') throw invalidField(`${path}.functionResponse.name`, 'a string', answer.name)
  if (answer.response != null && !isJsonObject(answer.response)) {
    throw invalidField(`${path}.functionResponse.response`, 'an object', answer.response)
  }
  const { id, isKnown } = ledger.answer({ id: stringOf(answer.id) || undefined, name: answer.name })
  const media = openParts(answer.parts, `${path}.functionResponse.parts`).map(readUserPart)
  const { text, isError } = readResponse(answer.response ?? undefined)
  const rest = restOf(answer, ANSWER_FIELDS)
  return compact({
    role: 'tool',
    toolCallId: id,
    content: [...(text === '' ? [] : [{ type: 'text', text } as const]), ...media],
    isError: isError || undefined,
    extras: ownExtras({
      ...restOf(fields, PART_FIELDS),
      ...(rest && { functionResponse: rest }),
      ...(!isKnown && { name: answer.name }),
    }),
  })
}

export interface WrittenResponse {
  readonly part: JsonObject
  /** Media that the model cannot read inside a function's answer, to be put behind all answers of the turn. */
  readonly following: readonly JsonObject[]
}

/** Google wants the function's name beside its answer; it is found from the call. */
export function writeFunctionResponse(
  message: ToolMessage,
  context: { readonly model: string; readonly names: ReadonlyMap<string, string>; readonly translation: Translation },
): WrittenResponse {
  const { translation } = context
  const { name: ownName, functionResponse, ...partExtras } = translation.ownExtras(message.extras)
  const name = stringOf(ownName) ?? context.names.get(message.toolCallId)
  if (name === undefined) translation.change('emulated', 'tool.name')
  const texts = message.content.flatMap((part) => (part.type === 'text' ? [part] : []))
  for (const text of texts) translation.ownExtras(text.extras)
  const others = message.content.filter((part) => part.type !== 'text').flatMap((part) => writeUserPart(part, translation))
  const isInside = others.length > 0 && !CANNOT_READ_MEDIA.test(context.model)
  if (others.length > 0 && !isInside) translation.change('emulated', 'tool.content')
  const response = writeResponse(texts.map((part) => part.text).join('\n'), message.isError === true)
  return {
    part: {
      functionResponse: {
        id: message.toolCallId,
        name: name ?? message.toolCallId,
        response,
        ...(isInside && { parts: others }),
        ...objectOf(functionResponse),
      },
      ...partExtras,
    },
    following: isInside ? [] : others,
  }
}

const ANSWER_FIELDS: ReadonlySet<string> = new Set(['id', 'name', 'response', 'parts'])
const PART_FIELDS: ReadonlySet<string> = new Set(['functionResponse'])

/** Media in a function's answer came with Gemini 3 (https://ai.google.dev/gemini-api/docs/function-calling). */
const CANNOT_READ_MEDIA = /gemini-[12](?:\D|$)/

/**
 * Google wants an object, and says that `output` holds a result and `error` a failure; without either the whole object is
 * the result. Any text comes back as it was.
 */
function writeResponse(text: string, isError: boolean): JsonObject {
  if (isError) return { error: text }
  const object = text.startsWith('{') ? parseObject(text) : null
  const isPlain = object !== null && soleText(object) === null && JSON.stringify(object) === text
  return isPlain ? object : { output: text }
}

function readResponse(response: JsonObject | undefined): { readonly text: string; readonly isError: boolean } {
  if (response === undefined) return { text: '', isError: false }
  const sole = soleText(response)
  if (sole !== null) return sole
  return { text: JSON.stringify(response), isError: false }
}

/** What `{ output: "…" }` and `{ error: "…" }` say, or null for any other object. */
function soleText(object: JsonObject): { readonly text: string; readonly isError: boolean } | null {
  const [only, ...others] = Object.entries(object)
  if (only === undefined || others.length > 0) return null
  const [field, value] = only
  if (typeof value !== 'string' || (field !== 'output' && field !== 'error')) return null
  return { text: value, isError: field === 'error' }
}
