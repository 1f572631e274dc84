import { isJsonObject } from '@gateway/core'
import type { Json, ResponseFormat, JsonObject } from '@gateway/core'
import { objectOf, restOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'

/** A schema of the answer; undefined for a form that the language has no word for, which is to ride along. */
export function readOutputFormat(format: Json | undefined): ResponseFormat | undefined {
  const { type, schema, ...rest } = objectOf(format)
  if (type !== 'json_schema' || !isJsonObject(schema) || restOf(rest, NOTHING) !== undefined) return undefined
  return { type: 'json-schema', name: NAME, schema }
}

/** Undefined where there is nothing to be said. Claude has no mode for JSON of any shape. */
export function writeOutputFormat(format: ResponseFormat | undefined, translation: Translation): JsonObject | undefined {
  if (format === undefined || format.type === 'text') return undefined
  if (format.type === 'json') {
    translation.drop('response_format')
    return undefined
  }
  if (format.description !== undefined) translation.drop('response_format.description')
  return { type: 'json_schema', schema: format.schema ?? { type: 'object' } }
}

/** The language wants a name, this protocol has none. */
const NAME = 'response'
const NOTHING: ReadonlySet<string> = new Set()
