import type { ErrorResponse, GatewayError, JsonObject, UpstreamFailure } from '@gateway/core'
import { readRetryAfter } from '../retry-after.ts'
import { readErrorText } from './error-body.ts'
import { judgeAnswer, STATUS_CODES } from './judge-error.ts'
import { writeAttempt } from '../write-attempt.ts'

export function readError(response: ErrorResponse): UpstreamFailure {
  const { error, body } = readErrorText(response.text)
  const failure = judgeAnswer(response.status, error)
  const retryAfterMs = readRetryAfter(response, body)
  return retryAfterMs === undefined ? failure : { ...failure, retryAfterMs }
}

/** A `google.rpc.Status` as Google's APIs wrap it; its details name the gateway's own code, the field at fault and the attempts. */
export function writeError(error: GatewayError, status: number): JsonObject {
  const own = error.code === 'upstream-rejected' ? error.failure?.detail : undefined
  const isAllFailed = error.code === 'all-endpoints-failed'
  const ownMessage = isAllFailed ? 'All inference endpoints failed' : error.message
  const details = [
    { '@type': ERROR_INFO, reason: toReason(own?.code ?? error.code), domain: DOMAIN },
    ...writeViolation(own?.param ?? error.param, error.message),
    ...writeRetryInfo(error.retryAfterMs),
    ...(isAllFailed ? [{ '@type': STRUCT, value: { details: error.message, attempts: error.attempts.map(writeAttempt) } }] : []),
  ]
  return { error: { code: status, message: own?.message ?? ownMessage, status: statusName(status, own?.type), details } }
}

const ERROR_INFO = 'type.googleapis.com/google.rpc.ErrorInfo'
const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest'
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo'
const STRUCT = 'type.googleapis.com/google.protobuf.Struct'
const DOMAIN = 'gateway'

const STATUS_NAMES: ReadonlyMap<number, string> = new Map([
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [408, 'DEADLINE_EXCEEDED'],
  [409, 'ABORTED'],
  [429, 'RESOURCE_EXHAUSTED'],
  [499, 'CANCELLED'],
  [501, 'UNIMPLEMENTED'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
])

/** The upstream's own name where it goes with the status that the client sees. */
function statusName(status: number, own: string | undefined): string {
  if (own !== undefined && STATUS_CODES.get(own) === status) return own
  return STATUS_NAMES.get(status) ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL')
}

/** Reasons are written as constants: `MODEL_NOT_FOUND`. */
function toReason(code: string): string {
  return code.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')
}

function writeViolation(field: string | undefined, description: string): readonly JsonObject[] {
  return field === undefined ? [] : [{ '@type': BAD_REQUEST, fieldViolations: [{ field, description }] }]
}

function writeRetryInfo(retryAfterMs: number | undefined): readonly JsonObject[] {
  return retryAfterMs === undefined ? [] : [{ '@type': RETRY_INFO, retryDelay: `${retryAfterMs / 1000}s` }]
}
