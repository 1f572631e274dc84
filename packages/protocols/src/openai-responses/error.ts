import type { JsonObject, UpstreamFailure } from '@gateway/core'
import { isJsonObject } from '@gateway/core'
import { stringOf } from '../json-fields.ts'
import { findError } from '../openai-chat/error-body.ts'
import type { ErrorBody } from '../openai-chat/error-body.ts'
import { judgeInside } from '../openai-chat/judge-error.ts'
import { badReply } from '../upstream-failure.ts'

/** Before a stream or an answer begins, the vendor's errors are the same in all of its protocols. */
export { readError, writeError } from '../openai-chat/error.ts'

/** What an error inside an answer means: a failed response, an `error` event, or a body that is an error in whichever shape. */
export function judgeFailure(body: JsonObject): UpstreamFailure {
  const error = findError(isJsonObject(body.response) ? body.response : body) ?? plainError(body)
  return error === null ? badReply('error-in-reply') : judgeInside(withStatus(error))
}

/** The failure that a body amounts to, or null where it is none. */
export function failureIn(body: JsonObject): UpstreamFailure | null {
  return findError(body) === null && body.status !== 'failed' ? null : judgeFailure(body)
}

/** `{type: 'error', code, message, param}`: the `error` event without an envelope. */
function plainError(body: JsonObject): ErrorBody | null {
  const message = stringOf(body.message)
  const code = stringOf(body.code)
  if (message === undefined && code === undefined) return null
  const param = stringOf(body.param)
  return { message: message ?? '', ...(code !== undefined && { code }), ...(param !== undefined && { param }) }
}

/** Codes of `response.error` that blame the request (https://platform.openai.com/docs/api-reference/responses/object). */
const OF_REQUEST = /^(?:invalid_|unsupported_|image_|empty_image|failed_to_download_image|bio_policy|content_policy)/

/** The codes have no type beside them that would say whose fault it is. */
function withStatus(error: ErrorBody): ErrorBody {
  return error.status === undefined && OF_REQUEST.test(error.code ?? '') ? { ...error, status: 400 } : error
}
