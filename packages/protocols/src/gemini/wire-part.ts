import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { isJsonArray } from '../json-fields.ts'
import { camelFields } from './field-names.ts'

/** A part of a content: its fields in camelCase, and as it came. */
export interface WirePart {
  readonly raw: JsonObject
  readonly fields: JsonObject
  /** As errors name it. */
  readonly path: string
}

/** The parts of a content, none where the field is null or missing. */
export function openParts(parts: Json | undefined, path: string): readonly WirePart[] {
  if (parts === undefined || parts === null) return []
  if (!isJsonArray(parts)) throw invalidField(path, 'an array', parts)
  return parts.map((raw, index) => {
    if (!isJsonObject(raw)) throw invalidField(`${path}[${index}]`, 'an object', raw)
    return { raw, fields: camelFields(raw), path: `${path}[${index}]` }
  })
}

/** What a part holds, or null for what the language has no word for and for several things at once. */
export function dataOf({ fields }: WirePart): DataField | null {
  const found = DATA_FIELDS.filter((field) => fields[field] !== undefined && fields[field] !== null)
  const [only] = found
  return only !== undefined && found.length === 1 && isKnown(only) ? only : null
}

export type DataField = 'text' | 'inlineData' | 'fileData' | 'functionCall' | 'functionResponse'

/** The members of the union `data` of a `Part`: one of them stands in each. */
const DATA_FIELDS = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
  'audioTranscription',
] as const

const KNOWN: ReadonlySet<string> = new Set(['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse'] satisfies DataField[])
function isKnown(field: string): field is DataField {
  return KNOWN.has(field)
}
