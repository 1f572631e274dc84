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

type Convert = (value: Json) => Json | undefined

const CONVERTERS: ReadonlyMap<string, Convert> = new Map<string, Convert>([
  ...['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties'].map((field) => [field, convertCount] as const),
  ...['properties', '$defs'].map((field) => [field, convertEach] as const),
  ...['items', 'additionalProperties'].map((field) => [field, convertOne] as const),
  ...['anyOf', 'prefixItems'].map((field) => [field, convertList] as const),
  // Google's word for a string with an enum; JSON Schema has none.
  ['format', (value) => (value === 'enum' ? undefined : value)],
])

function convertField(field: string, value: Json | undefined): Json | undefined {
  if (value === null || value === undefined) return undefined
  const convert = CONVERTERS.get(field)
  return convert === undefined ? value : convert(value)
}

function convertCount(value: Json): Json {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
}

function convertList(value: Json): Json {
  return isJsonArray(value) ? value.map(convertOne) : value
}

function convertEach(value: Json): Json {
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, schema === undefined ? undefined : convertOne(schema)]))
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
