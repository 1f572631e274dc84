import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject, ResponseFormat } from '@gateway/core'
import { compact } from '../compact.ts'
import { objectOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'

/**
 * `json_schema` is the schema itself, or OpenAI's envelope of one. Undefined for a form that the language has no word for,
 * which is to ride along. Source: https://developers.cloudflare.com/workers-ai/features/json-mode/
 */
export function readResponseFormat(format: Json | undefined): ResponseFormat | undefined {
  const object = objectOf(format)
  if (object.type === 'text') return { type: 'text' }
  if (object.type === 'json_object' && Object.keys(object).length === 1) return { type: 'json' }
  if (object.type !== 'json_schema' || !isJsonObject(object.json_schema)) return undefined
  const envelope = object.json_schema
  const name = stringOf(envelope.name)
  if (name === undefined || isSchema(envelope)) return { type: 'json-schema', name: SCHEMA_NAME, schema: envelope }
  if (restOf(envelope, ENVELOPE_FIELDS) !== undefined) return undefined
  return compact({
    type: 'json-schema',
    name,
    schema: isJsonObject(envelope.schema) ? envelope.schema : undefined,
    strict: typeof envelope.strict === 'boolean' ? envelope.strict : undefined,
    description: stringOf(envelope.description),
  })
}

/** The first models know the schema alone. */
export function writeResponseFormat(format: ResponseFormat | undefined, isOld: boolean, translation: Translation): JsonObject | undefined {
  if (format === undefined) return undefined
  if (format.type === 'text') return isOld ? undefined : { type: 'text' }
  if (format.type === 'json') return { type: 'json_object' }
  const { type: _, ...envelope } = format
  if (!isOld) return { type: 'json_schema', json_schema: envelope }
  if (format.strict === true) translation.drop('response_format.strict')
  if (format.description !== undefined) translation.drop('response_format.description')
  if (format.schema !== undefined) return { type: 'json_schema', json_schema: format.schema }
  translation.change('emulated', 'response_format')
  return { type: 'json_object' }
}

/** For a schema that stands alone. */
const SCHEMA_NAME = 'response'

const ENVELOPE_FIELDS: ReadonlySet<string> = new Set(['name', 'schema', 'strict', 'description'])

/** Whether this is a schema, and its `name` no more than one of its keywords. */
function isSchema(object: JsonObject): boolean {
  return !isJsonObject(object.schema) && (object.type !== undefined || object.properties !== undefined)
}
