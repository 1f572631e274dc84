import { isJsonObject } from '@gateway/core'
import type { JsonObject } from '@gateway/core'
import { arrayOf, numberOf, objectsOf, parseObject, stringOf } from '../json-fields.ts'

/** What an error says about itself. Nothing is scrubbed yet. */
export interface ErrorBody {
  readonly message: string
  /** Cloudflare's own number: 3036, 5007 … */
  readonly code?: number
}

/**
 * The error in a body or a frame, or null where there is none: `{success: false, errors: [{code, message}]}`, the same list as
 * `error` from its AI Gateway, and `{error: …}` as OpenAI has it from models that speak so.
 */
export function findError(body: JsonObject): ErrorBody | null {
  const [first] = [...objectsOf(body.errors), ...objectsOf(body.error)]
  if (first !== undefined && (body.success !== true || body.result == null)) return errorOf(first)
  if (typeof body.error === 'string' && body.error !== '') return errorOf({ message: body.error })
  if (isJsonObject(body.error) && Object.keys(body.error).length > 0) return errorOf(body.error)
  if (body.success === false) return errorOf({ message: stringOf(arrayOf(body.errors)[0]) ?? '' })
  return null
}

/** The error that a text is for sure, since its status says so. */
export function readErrorText(text: string): { readonly error: ErrorBody; readonly body: JsonObject | null } {
  const body = parseObject(text)
  return { error: (body && findError(body)) ?? errorOf(body ?? { message: '' }), body }
}

/** The number that a message tells in front, `InferenceUpstreamError: 3040: …`: an exception of a binding has nothing else. */
export function errorOf(error: JsonObject): ErrorBody {
  const message = stringOf(error.message) ?? ''
  const code = numberOf(error.code) ?? codeIn(stringOf(error.code)) ?? codeIn(CODE.exec(message)?.[1])
  return { message, ...(code !== undefined && { code }) }
}

/** Four digits and a colon at the beginning of the message, or behind the names of the errors that wrap it. */
const CODE = /^(?:[A-Za-z]*Error: )*(\d{4,5}): /

function codeIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{3,5}$/.test(text) ? Number(text) : undefined
}
