import { GatewayError } from '../gateway-error.ts'
import type { UpstreamFailure } from '../failure.ts'
import type { AttemptRecord } from './attempt-record.ts'
import type { FailedAttempt } from './ladder.ts'

/**
 * What a client hears when nobody answered. Its own fault (400, or a model that no target has) is told in the upstream's words;
 * everything else is the gateway's to answer for, and an upstream's 401 is never the client's 401.
 */
export function ladderError(attempts: readonly AttemptRecord[], failed: readonly FailedAttempt[]): GatewayError {
  const failures = failed.map((attempt) => attempt.failure)
  const failure = failures.find((one) => one.scope === 'request') ?? failures.at(-1)
  const details = { attempts, ...(failure ? { failure } : {}) }
  if (failure?.scope === 'request') return new GatewayError('upstream-rejected', failure.detail?.message ?? failure.message, details)
  if (failure && failures.every((one) => one.scope === 'model')) {
    return new GatewayError('upstream-rejected', failure.detail?.message ?? failure.message, details)
  }
  const retryAfterMs = soonestRetry(failures)
  const retry = retryAfterMs === undefined ? details : { ...details, retryAfterMs }
  if (failures.length > 0 && failures.every((one) => one.reason === 'rate-limited')) {
    return new GatewayError('rate-limited', 'Every endpoint that serves this model is at its rate limit. Try again later.', retry)
  }
  return new GatewayError('all-endpoints-failed', 'All inference endpoints failed', retry)
}

/** The shortest wait that an upstream asked for. */
function soonestRetry(failures: readonly UpstreamFailure[]): number | undefined {
  const waits = failures.flatMap((failure) => (failure.retryAfterMs === undefined ? [] : [failure.retryAfterMs]))
  return waits.length > 0 ? Math.min(...waits) : undefined
}
