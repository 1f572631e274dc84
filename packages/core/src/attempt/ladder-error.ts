import type { UpstreamFailure } from '../failure.ts'
import { GatewayError } from '../gateway-error.ts'
import type { AttemptRecord } from './attempt-record.ts'
import type { FailedAttempt } from './ladder.ts'

/**
 * What a client hears when nobody answered. Its own fault (400, or a model that no target has) is told in the upstream's words;
 * everything else is the gateway's to answer for, and an upstream's 401 is never the client's 401.
 */
export function ladderError(attempts: readonly AttemptRecord[], failed: readonly FailedAttempt[]): GatewayError {
  const failures = failed.map((attempt) => attempt.failure)
  const last = failed.at(-1)
  if (!last) return new GatewayError('all-endpoints-failed', 'All inference endpoints failed', { attempts })
  const details = { attempts, failure: last.failure, cause: last.cause }
  if (isClientsFault(failures)) return new GatewayError('upstream-rejected', last.failure.detail?.message ?? last.failure.message, details)
  const retry = { ...details, ...soonestRetry(failures) }
  if (failures.every((failure) => failure.reason === 'rate-limited')) {
    return new GatewayError('rate-limited', 'Every endpoint that serves this model is at its rate limit. Try again later.', retry)
  }
  return new GatewayError('all-endpoints-failed', 'All inference endpoints failed', retry)
}

/** The last word counts: where a prompt was too long for one target and a larger one is down, the client is not at fault. */
function isClientsFault(failures: readonly UpstreamFailure[]): boolean {
  return failures.at(-1)?.scope === 'request' || failures.every((failure) => failure.scope === 'model')
}

/** The shortest wait that an upstream asked for. */
function soonestRetry(failures: readonly UpstreamFailure[]): { readonly retryAfterMs?: number } {
  const waits = failures.flatMap((failure) => (failure.retryAfterMs === undefined ? [] : [failure.retryAfterMs]))
  return waits.length > 0 ? { retryAfterMs: Math.min(...waits) } : {}
}
