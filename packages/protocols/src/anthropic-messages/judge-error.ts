import { judgeStatus } from '@gateway/core'
import type { JsonObject, UpstreamFailure } from '@gateway/core'
import { objectOf, stringOf } from '../json-fields.ts'
import { upstreamFailure } from '../upstream-failure.ts'

type Judgement = Pick<UpstreamFailure, 'scope' | 'reason' | 'retryable'>

/** What an answer that is not 2xx means: its status, corrected where the body knows better. */
export function judgeAnswer(status: number, body: JsonObject): UpstreamFailure {
  const error = readErrorBody(body)
  return upstreamFailure(correct(error) ?? judgeStatus(status), status, error)
}

/** What an error inside a 200 means: what its type means as a status; an unknown one is the endpoint's fault. */
export function judgeInside(body: JsonObject): UpstreamFailure {
  const error = readErrorBody(body)
  const status = STATUS_OF_TYPE.get(error.type ?? '')
  const judged = correct(error) ?? (status === undefined ? undefined : judgeStatus(status))
  const isServerError = judged === undefined || judged.reason === 'server-error'
  return upstreamFailure(isServerError ? ERROR_IN_REPLY : judged, status, error)
}

/** Whether a body is an error in place of an answer. */
export function isErrorBody(body: JsonObject): boolean {
  return body.type === 'error' || (body.content === undefined && body.error != null)
}

interface ErrorBody {
  readonly message: string
  readonly type?: string
  readonly code?: string
}

const REJECTED: Judgement = { scope: 'request', reason: 'rejected', retryable: false }
const ERROR_IN_REPLY: Judgement = { scope: 'endpoint', reason: 'error-in-reply', retryable: true }
const CONTEXT_TOO_LONG: Judgement = { scope: 'request', reason: 'context-too-long', retryable: false }
const QUOTA_EXHAUSTED: Judgement = { scope: 'credential', reason: 'quota-exhausted', retryable: false }

/** Source: https://platform.claude.com/docs/en/api/errors */
const STATUS_OF_TYPE: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['conflict_error', 409],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['api_error', 500],
  ['timeout_error', 504],
  ['overloaded_error', 529],
])

/** Where type and status say no more than that the request is wrong. */
function correct({ type, message, code }: ErrorBody): Judgement | undefined {
  if (code?.startsWith('thread_')) return REJECTED
  const words = message.slice(0, 2000)
  if (type === 'billing_error' || EMPTY_ACCOUNT.test(words)) return QUOTA_EXHAUSTED
  return type !== 'rate_limit_error' && TOO_LONG.test(words) ? CONTEXT_TOO_LONG : undefined
}

const EMPTY_ACCOUNT = /credit balance is too low|(?:reached|exceeded) your (?:specified )?(?:api )?(?:usage|spend) limits?/i
const TOO_LONG =
  /prompt is too long|exceeds? (?:the )?(?:model'?s? )?(?:maximum )?context (?:limit|length|window)|input length and `?max_tokens`? exceed/i

/** `{type: "error", error: {type, message}}`, and what compatible servers and proxies in front of them send in its place. */
function readErrorBody(body: JsonObject): ErrorBody {
  const error = typeof body.error === 'string' ? { message: body.error } : objectOf(body.error)
  const message = stringOf(error.message) ?? stringOf(body.message) ?? ''
  const type = stringOf(error.type)
  const code = stringOf(objectOf(error.details).error_code) ?? stringOf(error.code)
  return { message, ...(type && { type }), ...(code && { code }) }
}
