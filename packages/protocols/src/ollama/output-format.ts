import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject, ResponseFormat } from '@gateway/core'
import type { Translation } from '../translation.ts'

export interface ReadFormat {
  readonly format: ResponseFormat | undefined
  /** Whether that is all that the field says. */
  readonly isTaken: boolean
}

/** `json`, a JSON schema, or nothing, which some clients say with an empty text. */
export function readFormat(format: Json | undefined): ReadFormat {
  if (format === 'json') return { format: { type: 'json' }, isTaken: true }
  if (isJsonObject(format)) return { format: { type: 'json-schema', name: SCHEMA_NAME, schema: format }, isTaken: true }
  return { format: undefined, isTaken: format === '' }
}

/** A schema has no name here, and is always strict: the server lets the model write nothing else. */
export function writeFormat(format: ResponseFormat | undefined, translation: Translation): string | JsonObject | undefined {
  if (format === undefined || format.type === 'text') return undefined
  if (format.type === 'json') return 'json'
  if (format.description !== undefined) translation.drop('response_format.description')
  if (format.schema !== undefined) return format.schema
  translation.change('emulated', 'response_format')
  return 'json'
}

/** Others want a name. */
const SCHEMA_NAME = 'response'
