import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject } from '@gateway/core'

/** The value where it is a string, else undefined. Vendors send null, numbers and nothing where a string is due. */
export function stringOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The value where it is a finite number, else undefined. */
export function numberOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The value where it is an object, else an empty one. */
export function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

/** The elements where the value is an array, else none. */
export function arrayOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : []
}

/** The elements that are objects, where the value is an array. */
export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return arrayOf(value).filter(isJsonObject)
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** The fields that are not named, without those that are null. Undefined where none is left. */
export function restOf(object: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  const rest = Object.entries(object).filter(([field, value]) => !known.has(field) && value !== null && value !== undefined)
  return rest.length === 0 ? undefined : Object.fromEntries(rest)
}

/** The object that a text holds, or null where it is not JSON or not an object. */
export function parseObject(text: string): JsonObject | null {
  const value = parseJson(text)
  return isJsonObject(value) ? value : null
}

/** The value that a text holds, or undefined where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}
