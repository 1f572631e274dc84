import type { ErrorResponse, GatewayError, JsonObject, UpstreamFailure } from '@gateway/core'
import { parseObject } from '../json-fields.ts'
import { readRetryAfter } from '../retry-after.ts'
import { judgeAnswer } from './judge-error.ts'
import { writeAttempt } from '../write-attempt.ts'

export function readError(response: ErrorResponse): UpstreamFailure {
  const body = parseObject(response.text)
  const failure = judgeAnswer(response.status, body ?? {})
  const retryAfterMs = readRetryAfter(response, body)
  return retryAfterMs === undefined ? failure : { ...failure, retryAfterMs }
}

/** The type follows the status, as the vendor's does; what we know beside it stands in `details`, where the SDK looks for it. */
export function writeError(error: GatewayError, status: number): JsonObject {
  const own = ownDetail(error)
  const type = own?.type !== undefined && TYPES.has(own.type) ? own.type : typeOf(status)
  return { type: 'error', error: { type, message: own?.message ?? error.message, details: detailsOf(error) }, request_id: null }
}

function detailsOf(error: GatewayError): JsonObject {
  return {
    error_code: ownDetail(error)?.code ?? error.code.replaceAll('-', '_'),
    ...(error.param !== undefined && { param: error.param }),
    ...(error.param === 'thread' && UNTHREADED),
    ...(error.attempts.length > 0 && { attempts: error.attempts.map(writeAttempt) }),
  }
}

/** The upstream's own words, where the request was at fault. */
function ownDetail({ code, failure }: GatewayError): UpstreamFailure['detail'] {
  return code === 'upstream-rejected' ? failure?.detail : undefined
}

/** To this the SDK answers with the whole conversation, and goes on without a thread. */
const UNTHREADED = { error_code: 'thread_unsupported_request', unsupported: ['thread'] } as const

const TYPE_OF_STATUS: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [408, 'timeout_error'],
  [409, 'conflict_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
])
const TYPES: ReadonlySet<string> = new Set([...TYPE_OF_STATUS.values(), 'invalid_request_error', 'api_error'])

function typeOf(status: number): string {
  return TYPE_OF_STATUS.get(status) ?? (status < 500 ? 'invalid_request_error' : 'api_error')
}
