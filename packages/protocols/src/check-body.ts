import { GatewayError } from '@gateway/core'
import type { JsonObject } from '@gateway/core'
import type * as z from 'zod/mini'

/** The `error` of a schema's leaf: what it expects, in words that follow "expected". */
export type Expectation = string

/**
 * What a schema makes of a body. Throws `GatewayError('invalid-request')` for the first field that is wrong, in the words
 * `messages[0].role: expected a string, found a number`; each part of the schema names its expectation as its `error`.
 */
export function checkBody<T>(schema: z.ZodMiniType<T>, body: JsonObject): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const path = issue?.path ?? []
  const param = pathText(path)
  throw invalidField(param, issue?.message ?? 'something else', valueAt(body, path))
}

/** The error of a field that is not what it should be; to be thrown. */
export function invalidField(param: string, expected: Expectation, found: unknown): GatewayError {
  return new GatewayError('invalid-request', `${param}: expected ${expected}, found ${describe(found, expected)}`, { param })
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  return text.startsWith('.') ? text.slice(1) : text || 'body'
}

function valueAt(body: JsonObject, path: readonly PropertyKey[]): unknown {
  let value: unknown = body
  for (const step of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined
  return value
}

/** The kind of a value, and the value itself only where it is a number of the wrong size: a string may be a prompt or a key. */
function describe(value: unknown, expected: Expectation): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (typeof value === 'number') return expected.includes('integer') ? String(value) : 'a number'
  if (typeof value === 'string') return value === '' ? 'an empty string' : 'a string'
  if (typeof value === 'boolean') return 'a boolean'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array'
  return 'an object'
}
