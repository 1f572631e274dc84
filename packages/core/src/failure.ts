/** What a failure says about whom: this request, this key, this endpoint, the whole provider, or this model on it. */
export type FailureScope = 'request' | 'credential' | 'endpoint' | 'provider' | 'model'

/** Closed list of what goes wrong upstream; it stands in logs, in `attempts[]` of an error and in metrics. */
export type FailureReason =
  | 'connection-failed'
  | 'connect-timeout'
  | 'first-byte-timeout'
  | 'idle-timeout'
  | 'total-timeout'
  | 'connection-reset'
  | 'rejected'
  | 'context-too-long'
  | 'authentication-failed'
  | 'quota-exhausted'
  | 'rate-limited'
  | 'model-not-found'
  | 'overloaded'
  | 'server-error'
  | 'malformed-reply'
  | 'empty-reply'
  | 'truncated-stream'
  | 'error-in-reply'
  | 'reply-too-large'
  | 'redirected'

/** Every upstream failure, whatever vendor and protocol it came from. */
export interface UpstreamFailure {
  readonly scope: FailureScope
  readonly reason: FailureReason
  /** Whether the same target may be asked again for the same request. */
  readonly retryable: boolean
  /** How long the upstream asked to be left alone, in milliseconds. */
  readonly retryAfterMs?: number
  /** HTTP status of the upstream's answer, where there was one. */
  readonly status?: number
  /** One sentence for a person, free of keys, prompts and addresses. */
  readonly message: string
  /** The upstream's own words, kept for a client whose request was at fault; scrubbed of keys. */
  readonly detail?: { readonly message: string; readonly type?: string; readonly code?: string; readonly param?: string }
}

type Judgement = Pick<UpstreamFailure, 'scope' | 'reason' | 'retryable'>

/** What an HTTP status says, before the body has been read. One row a status, the rest by class. */
export function judgeStatus(status: number): Judgement {
  const exact = BY_STATUS[status]
  if (exact) return exact
  if (status >= 300 && status < 400) return { scope: 'endpoint', reason: 'redirected', retryable: false }
  if (status >= 400 && status < 500) return { scope: 'request', reason: 'rejected', retryable: false }
  return { scope: 'endpoint', reason: 'server-error', retryable: true }
}

const REJECTED: Judgement = { scope: 'request', reason: 'rejected', retryable: false }
const BAD_CREDENTIAL: Judgement = { scope: 'credential', reason: 'authentication-failed', retryable: false }
const TRANSIENT: Judgement = { scope: 'endpoint', reason: 'server-error', retryable: true }
const OVERLOADED: Judgement = { scope: 'endpoint', reason: 'overloaded', retryable: true }

const BY_STATUS: { readonly [status: number]: Judgement } = {
  400: REJECTED,
  401: BAD_CREDENTIAL,
  402: { scope: 'credential', reason: 'quota-exhausted', retryable: false },
  403: BAD_CREDENTIAL,
  404: { scope: 'model', reason: 'model-not-found', retryable: false },
  408: TRANSIENT,
  409: TRANSIENT,
  413: REJECTED,
  422: REJECTED,
  425: TRANSIENT,
  429: { scope: 'credential', reason: 'rate-limited', retryable: true },
  501: { scope: 'endpoint', reason: 'server-error', retryable: false },
  503: OVERLOADED,
  529: OVERLOADED,
}

/** A failure that no HTTP status stands for: of the connection, of a clock, or of an answer that is not one. */
export function endpointFailure(reason: FailureReason, message: string, status?: number): UpstreamFailure {
  return { scope: 'endpoint', reason, retryable: true, message, ...(status === undefined ? {} : { status }) }
}
