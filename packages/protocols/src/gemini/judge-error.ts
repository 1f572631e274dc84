import { judgeStatus } from '@gateway/core'
import type { UpstreamFailure } from '@gateway/core'
import type { ErrorBody } from './error-body.ts'
import { upstreamFailure } from '../upstream-failure.ts'
import type { SaidError } from '../upstream-failure.ts'

type Judgement = Pick<UpstreamFailure, 'scope' | 'reason' | 'retryable'>

/** What an answer that is not 2xx means: its status, corrected where the body knows better. */
export function judgeAnswer(status: number, error: ErrorBody): UpstreamFailure {
  return upstreamFailure(correct(status, error) ?? judgeStatus(status), status, inOpenAiWords(error))
}

/** What an error inside a 200 means: the status that it names; otherwise the endpoint is at fault. */
export function judgeInside(error: ErrorBody): UpstreamFailure {
  const status = statusIn(error)
  if (status === undefined) return upstreamFailure(ERROR_IN_REPLY, undefined, inOpenAiWords(error))
  const judged = correct(status, error) ?? judgeStatus(status)
  return upstreamFailure(judged.reason === 'server-error' ? ERROR_IN_REPLY : judged, status, inOpenAiWords(error))
}

const ERROR_IN_REPLY: Judgement = { scope: 'endpoint', reason: 'error-in-reply', retryable: true }
const BAD_CREDENTIAL: Judgement = { scope: 'credential', reason: 'authentication-failed', retryable: false }
const QUOTA_EXHAUSTED: Judgement = { scope: 'credential', reason: 'quota-exhausted', retryable: false }
const CONTEXT_TOO_LONG: Judgement = { scope: 'request', reason: 'context-too-long', retryable: false }
const REJECTED: Judgement = { scope: 'request', reason: 'rejected', retryable: false }

/** As in https://cloud.google.com/apis/design/errors#handling_errors. */
export const STATUS_CODES: ReadonlyMap<string, number> = new Map([
  ['INVALID_ARGUMENT', 400],
  ['FAILED_PRECONDITION', 400],
  ['OUT_OF_RANGE', 400],
  ['UNAUTHENTICATED', 401],
  ['PERMISSION_DENIED', 403],
  ['NOT_FOUND', 404],
  ['ABORTED', 409],
  ['ALREADY_EXISTS', 409],
  ['RESOURCE_EXHAUSTED', 429],
  ['CANCELLED', 499],
  ['INTERNAL', 500],
  ['UNKNOWN', 500],
  ['DATA_LOSS', 500],
  ['UNIMPLEMENTED', 501],
  ['UNAVAILABLE', 503],
  ['DEADLINE_EXCEEDED', 504],
])

interface Correction {
  readonly judgement: Judgement
  fits(status: number, error: ErrorBody): boolean
}

/** Where the status alone misleads. The first that fits decides. */
const CORRECTIONS: readonly Correction[] = [
  {
    // Google answers a bad key, and a key that may not be used where the gateway stands, with 400.
    judgement: BAD_CREDENTIAL,
    fits: (status, { reason, message }) =>
      status === 400 &&
      ((reason ?? '').startsWith('API_KEY_') || /api key (?:not valid|expired|not found)|user location is not supported/i.test(message)),
  },
  {
    judgement: CONTEXT_TOO_LONG,
    fits: (status, { message }) =>
      status === 400 &&
      /token count.{0,80} exceeds|exceeds the maximum number of tokens|(?:input|prompt|context) (?:is )?too long/i.test(message),
  },
  {
    // What is used up for the day comes back tomorrow, whatever `RetryInfo` says.
    judgement: QUOTA_EXHAUSTED,
    fits: (status, { quotas }) => status === 429 && quotas.some((quota) => quota.includes('PerDay')),
  },
  {
    // 404 also says that a file or a cached content is gone.
    judgement: REJECTED,
    fits: (status, { message }) => status === 404 && /(?:cached ?content|\bfiles?\/)/i.test(message),
  },
]

function correct(status: number, error: ErrorBody): Judgement | undefined {
  const short = { ...error, message: error.message.slice(0, 2000) }
  return CORRECTIONS.find((correction) => correction.fits(status, short))?.judgement
}

function statusIn({ code, status }: ErrorBody): number | undefined {
  if (code !== undefined && Number.isInteger(code) && code >= 400 && code <= 599) return code
  return STATUS_CODES.get(status ?? '')
}

function inOpenAiWords({ message, status, reason, param }: ErrorBody): SaidError {
  return { message, type: status, code: reason, param }
}
