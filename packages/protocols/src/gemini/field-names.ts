import type { JsonObject } from '@gateway/core'
import { invalidField } from '../check-body.ts'

/**
 * The object with its own fields in camelCase; values are left alone. Google reads both spellings, `inlineData` and
 * `inline_data` (https://protobuf.dev/programming-guides/json/). Where both stand, the camelCase one counts.
 */
export function camelFields(object: JsonObject): JsonObject {
  const entries = Object.entries(object)
  if (entries.every(([field]) => isCamelCase(field))) return object
  const renamed = entries.filter(([field]) => !isCamelCase(field)).map(([field, value]) => [toCamelCase(field), value] as const)
  return Object.fromEntries([...renamed, ...entries.filter(([field]) => isCamelCase(field))])
}

/** Refuses a field that stands in both spellings, since what was checked could differ from what is used. */
export function refuseTwins(object: JsonObject, path = ''): void {
  for (const field of Object.keys(object)) {
    const camel = toCamelCase(field)
    if (!isCamelCase(field) && Object.hasOwn(object, camel)) throw invalidField(path + field, `one spelling of ${camel}`, object[field])
  }
}

function toCamelCase(field: string): string {
  return field.replace(/([^_])_([a-z0-9])/g, (_, before: string, letter: string) => before + letter.toUpperCase())
}

function isCamelCase(field: string): boolean {
  return toCamelCase(field) === field
}
