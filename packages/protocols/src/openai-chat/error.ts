import type { ErrorResponse, GatewayError, GatewayErrorCode, JsonObject, UpstreamFailure } from '@gateway/core'
import { isJsonObject } from '@gateway/core'
import { parseJson } from '../json-fields.ts'
import { readRetryAfter } from '../retry-after.ts'
import { readErrorBody } from './error-body.ts'
import { judgeAnswer } from './judge-error.ts'
import { writeAttempt } from '../write-attempt.ts'

export function readError(response: ErrorResponse): UpstreamFailure {
  const parsed = parseJson(response.text)
  const body = isJsonObject(parsed) ? parsed : firstObject(parsed)
  const failure = judgeAnswer(response.status, readErrorBody(body ?? undefined))
  const retryAfterMs = readRetryAfter(response, body)
  return retryAfterMs === undefined ? failure : { ...failure, retryAfterMs }
}

export function writeError(error: GatewayError, status: number): JsonObject {
  if (error.code === 'all-endpoints-failed') return { error: allFailed(error) }
  const ours = { message: error.message, param: error.param ?? null, ...ENVELOPE[error.code] }
  if (error.code !== 'upstream-rejected') return { error: ours }
  // What the upstream leaves open is told by the status: a type that says "yours" does not go with a status that says "ours".
  const type = status < 500 ? ours.type : 'server_error'
  const code = error.failure?.reason === 'context-too-long' ? 'context_length_exceeded' : ours.code
  return { error: { ...ours, type, code, ...error.failure?.detail } }
}

/** Types and codes that OpenAI's clients know, and our own in the same style. */
const ENVELOPE = {
  'invalid-request': { type: 'invalid_request_error', code: 'invalid_request' },
  unauthenticated: { type: 'invalid_request_error', code: 'invalid_api_key' },
  'not-found': { type: 'invalid_request_error', code: 'not_found' },
  'method-not-allowed': { type: 'invalid_request_error', code: 'method_not_allowed' },
  'body-too-large': { type: 'invalid_request_error', code: 'request_too_large' },
  'body-too-slow': { type: 'invalid_request_error', code: 'request_timeout' },
  'unsupported-media-type': { type: 'invalid_request_error', code: 'unsupported_media_type' },
  'model-not-found': { type: 'invalid_request_error', code: 'model_not_found' },
  'unknown-strategy': { type: 'invalid_request_error', code: 'unknown_strategy' },
  'upstream-rejected': { type: 'invalid_request_error', code: 'upstream_rejected' },
  'rate-limited': { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  'all-endpoints-failed': { type: 'server_error', code: 'all_endpoints_failed' },
  'stream-interrupted': { type: 'server_error', code: 'stream_interrupted' },
  'shutting-down': { type: 'server_error', code: 'shutting_down' },
  'client-closed': { type: 'invalid_request_error', code: 'client_closed' },
  'invalid-configuration': { type: 'server_error', code: 'invalid_configuration' },
  internal: { type: 'server_error', code: 'internal_error' },
} as const satisfies Record<GatewayErrorCode, { readonly type: string; readonly code: string }>

function allFailed(error: GatewayError): JsonObject {
  return {
    message: 'All inference endpoints failed',
    ...ENVELOPE['all-endpoints-failed'],
    param: null,
    details: error.message,
    attempts: error.attempts.map(writeAttempt),
  }
}

/** Google's compatible address wraps its error in an array. */
function firstObject(parsed: unknown): JsonObject | null {
  const first: unknown = Array.isArray(parsed) ? parsed[0] : undefined
  return isJsonObject(first) ? first : null
}
