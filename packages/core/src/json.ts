/** JSON as it came over a wire, before a schema has looked at it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object whose fields nobody has looked at yet. */
export interface JsonObject {
  readonly [field: string]: Json | undefined
}

/** True for a JSON object: not an array, not null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
