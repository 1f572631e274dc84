import type { UpstreamFailure } from './failure.ts'
import type { AttemptRecord } from './attempt/attempt-record.ts'

/** Closed list; programs switch on it, `server` maps each to an HTTP status. */
export type GatewayErrorCode =
  | 'invalid-request'
  | 'unauthenticated'
  | 'not-found'
  | 'method-not-allowed'
  | 'body-too-large'
  | 'body-too-slow'
  | 'unsupported-media-type'
  | 'model-not-found'
  | 'unknown-strategy'
  | 'upstream-rejected'
  | 'rate-limited'
  | 'all-endpoints-failed'
  | 'stream-interrupted'
  | 'shutting-down'
  | 'client-closed'
  | 'invalid-configuration'
  | 'internal'

export interface GatewayErrorDetails {
  readonly cause?: unknown
  /** The field of the request that is at fault, as a path: `messages[3].content`. */
  readonly param?: string
  readonly attempts?: readonly AttemptRecord[]
  /** The last upstream failure, where one caused this. */
  readonly failure?: UpstreamFailure
  readonly retryAfterMs?: number
}

/** The only error that leaves this package. The code is for programs, the message tells a person what to do, the cause is for logs. */
export class GatewayError extends Error {
  readonly code: GatewayErrorCode
  readonly param: string | undefined
  readonly attempts: readonly AttemptRecord[]
  readonly failure: UpstreamFailure | undefined
  readonly retryAfterMs: number | undefined

  constructor(code: GatewayErrorCode, message: string, details: GatewayErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'GatewayError'
    this.code = code
    this.param = details.param
    this.attempts = details.attempts ?? []
    this.failure = details.failure
    this.retryAfterMs = details.retryAfterMs
  }
}
