import type { ErrorResponse, GatewayError, GatewayErrorCode, JsonObject, UpstreamFailure } from '@gateway/core'
import { compact } from '../compact.ts'
import { readRetryAfter } from '../retry-after.ts'
import { readErrorText } from './error-body.ts'
import { judgeAnswer } from './judge-error.ts'
import { writeAttempt } from '../write-attempt.ts'

export function readError(response: ErrorResponse): UpstreamFailure {
  const { error, body } = readErrorText(response.text)
  const failure = judgeAnswer(response.status, error)
  const retryAfterMs = readRetryAfter(response, body)
  return retryAfterMs === undefined ? failure : { ...failure, retryAfterMs }
}

/** Cloudflare's envelope. The number is the nearest that it has; `type` is the gateway's own code. */
export function writeError(error: GatewayError, _status: number): JsonObject {
  const own = error.code === 'upstream-rejected' ? error.failure?.detail : undefined
  const isAllFailed = error.code === 'all-endpoints-failed'
  const first = compact({
    code: Number(own?.code) || CODES[error.code],
    message: own?.message ?? (isAllFailed ? 'All inference endpoints failed' : error.message),
    type: error.code,
    param: own?.param ?? error.param,
    ...(isAllFailed && { details: error.message, attempts: error.attempts.map(writeAttempt) }),
  })
  return { result: null, success: false, errors: [first], messages: [] }
}

const BAD_INPUT = 5006
const NO_CAPACITY = 3040
const ABORTED = 3008
/** A worker that threw: https://developers.cloudflare.com/workers/observability/errors/ */
const EXCEPTION = 1101

const CODES = {
  'invalid-request': BAD_INPUT,
  unauthenticated: 10_000,
  'not-found': 7003,
  'method-not-allowed': 7003,
  'body-too-large': 3006,
  'body-too-slow': 3007,
  'unsupported-media-type': 3003,
  'model-not-found': 5007,
  'unknown-strategy': BAD_INPUT,
  'upstream-rejected': BAD_INPUT,
  'rate-limited': NO_CAPACITY,
  'all-endpoints-failed': NO_CAPACITY,
  'stream-interrupted': ABORTED,
  'shutting-down': NO_CAPACITY,
  'client-closed': ABORTED,
  'invalid-configuration': EXCEPTION,
  internal: EXCEPTION,
} as const satisfies Record<GatewayErrorCode, number>
