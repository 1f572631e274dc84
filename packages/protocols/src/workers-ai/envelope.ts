import { isJsonObject, ReplyError } from '@gateway/core'
import type { JsonObject } from '@gateway/core'
import { isJsonArray } from '../json-fields.ts'
import { findError } from './error-body.ts'
import { judgeInside } from './judge-error.ts'
import { badReply } from '../upstream-failure.ts'

/**
 * The result in an answer of the REST API, `{ result, success, errors, messages }`, or the bare one of a binding. A text alone is
 * a result too. Throws `ReplyError` for an error, and for what is no result.
 */
export function unwrap(body: JsonObject): JsonObject {
  const error = findError(body)
  if (error !== null) throw new ReplyError(judgeInside(error))
  if (!('result' in body)) return body
  const { result } = body
  if (typeof result === 'string') return { response: result }
  if (!isJsonObject(result)) throw new ReplyError(badReply(isJsonArray(result) ? 'malformed-reply' : 'empty-reply'))
  return result
}

export function wrap(result: JsonObject): JsonObject {
  return { result, success: true, errors: [], messages: [] }
}
