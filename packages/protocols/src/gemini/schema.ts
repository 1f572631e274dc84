import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject } from '@gateway/core'
import { arrayOf, isJsonArray, stringOf } from '../json-fields.ts'
import { camelFields } from './field-names.ts'

/**
 * JSON Schema of Google's own `Schema` (a part of OpenAPI 3.0: types in capitals, `nullable`, counts as strings). What is
 * JSON Schema already comes back as it is. Source: https://ai.google.dev/api/caching#Schema
 */
export function toJsonSchema(schema: JsonObject): JsonObject {
  const { nullable, type, ...fields } = camelFields(schema)
  const entries = Object.entries(fields).flatMap(([field, value]) => {
    const converted = convertField(field, value)
    return converted === undefined ? [] : [[field, converted] as const]
  })
  const isNullable = nullable === true
  return { ...convertType(type, isNullable), ...Object.fromEntries(entries), ...(isNullable && nullableEnum(fields.enum)) }
}

const COUNTS: ReadonlySet<string> = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties'])

function convertField(field: string, value: Json | undefined): Json | undefined {
  if (value === null || value === undefined) return undefined
  if (COUNTS.has(field)) return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  switch (field) {
    case 'properties':
    case '$defs':
      return isJsonObject(value) ? convertEach(value) : value
    case 'items':
    case 'additionalProperties':
      return convertOne(value)
    case 'anyOf':
    case 'prefixItems':
      return isJsonArray(value) ? value.map(convertOne) : value
    case 'format':
      // Google's word for a string with an enum; JSON Schema has none.
      return value === 'enum' ? undefined : value
    default:
      return value
  }
}

function convertEach(properties: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, schema === undefined ? undefined : convertOne(schema)]))
}

function convertOne(schema: Json): Json {
  return isJsonObject(schema) ? toJsonSchema(schema) : schema
}

function convertType(type: Json | undefined, isNullable: boolean): JsonObject {
  if (isJsonArray(type)) return { type: type.map((each) => (typeof each === 'string' ? each.toLowerCase() : each)) }
  const name = stringOf(type)?.toLowerCase()
  if (name === undefined || name === 'type_unspecified') return {}
  return { type: isNullable && name !== 'null' ? [name, 'null'] : name }
}

function nullableEnum(values: Json | undefined): JsonObject {
  const list = arrayOf(values)
  return list.length === 0 || list.includes(null) ? {} : { enum: [...list, null] }
}
