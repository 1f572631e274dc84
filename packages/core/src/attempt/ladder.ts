import type { UpstreamFailure } from '../failure.ts'
import type { Random } from '../ports/random.ts'
import type { Candidate } from '../strategies/strategy.ts'
import type { AttemptPolicy } from './attempt-policy.ts'
import { fullJitter } from './backoff.ts'

/** A try that failed. */
export interface FailedAttempt {
  readonly candidate: Candidate
  readonly failure: UpstreamFailure
  /** The exception behind it, for logs. */
  readonly cause?: unknown
}

export type NextStep =
  | { readonly kind: 'try'; readonly candidate: Candidate; readonly delayMs: number; readonly shareMs: number }
  | { readonly kind: 'stop' }

export interface LadderState {
  readonly candidates: readonly Candidate[]
  readonly failed: readonly FailedAttempt[]
  /** Milliseconds until the deadline of the whole ladder. */
  readonly remainingMs: number
}

const STOP: NextStep = { kind: 'stop' }

/**
 * Who is tried next, how long to wait before and how long it may take. Pure. Another candidate comes before the same one
 * again: it is there at once, and the failed one gets time to recover.
 */
export function nextStep(state: LadderState, policy: AttemptPolicy, random: Random): NextStep {
  const { candidates, failed, remainingMs } = state
  const last = failed.at(-1)
  const triesLeft = (policy.failover ? policy.maxAttempts : 1) - failed.length
  if (triesLeft <= 0 || remainingMs <= 0 || (last && endsTheLadder(last.failure))) return STOP
  const untried = candidates.filter((candidate) => !failed.some((attempt) => attempt.candidate === candidate) && isOpen(candidate, failed))
  const fresh = untried[0]
  if (fresh) return { kind: 'try', candidate: fresh, delayMs: 0, shareMs: remainingMs / Math.min(triesLeft, untried.length) }
  return retry(state, policy, random)
}

/** The request itself is at fault: nobody would answer it differently. */
function endsTheLadder(failure: UpstreamFailure): boolean {
  return failure.scope === 'request' && failure.reason !== 'context-too-long'
}

/** What the failures of others say of a candidate: its key is dead, its provider is down, its window is too small. */
function isOpen(one: Candidate, failed: readonly FailedAttempt[]): boolean {
  const { target } = one
  return failed.every(({ candidate, failure }) => {
    if (candidate === one) return true
    if (failure.scope === 'provider') return candidate.target.provider !== target.provider
    if (failure.scope === 'credential') return candidate.target.endpoint !== target.endpoint
    if (failure.reason === 'context-too-long') return hasLargerWindow(target.contextWindow, candidate.target.contextWindow)
    return true
  })
}

function hasLargerWindow(window: number | null, tooSmall: number | null): boolean {
  return window !== null && (tooSmall === null || window > tooSmall)
}

function retry({ candidates, failed, remainingMs }: LadderState, policy: AttemptPolicy, random: Random): NextStep {
  const retries = failed.length - new Set(failed.map((attempt) => attempt.candidate)).size
  const waits = candidates.flatMap((candidate) => {
    const last = failed.findLast((attempt) => attempt.candidate === candidate)
    const askedForMs = last?.failure.retryAfterMs ?? 0
    if (!last?.failure.retryable || askedForMs > policy.maxRetryAfterMs || !isOpen(candidate, failed)) return []
    return [{ candidate, delayMs: Math.max(askedForMs, fullJitter(policy.backoff, retries, random)) }]
  })
  const soonest = waits.toSorted((one, other) => one.delayMs - other.delayMs)[0]
  if (!soonest || soonest.delayMs >= remainingMs) return STOP
  return { kind: 'try', ...soonest, shareMs: remainingMs - soonest.delayMs }
}
