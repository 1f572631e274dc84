import type { UpstreamFailure } from '../failure.ts'
import type { Clock } from '../ports/clock.ts'
import type { Target } from '../provider.ts'
import type { Exchange } from '../stage.ts'
import type { AttemptPolicy } from './attempt-policy.ts'
import type { Watchdog } from './watchdog.ts'

/** What an attempt has in hand while its answer comes in. */
export interface OpenAttempt {
  readonly exchange: Exchange
  readonly target: Target
  readonly response: OpenResponse
  readonly watchdog: Watchdog
  readonly policy: AttemptPolicy
  readonly clock: Clock
  /** On the clock, when the attempt must have its answer, or the first token of one: its share of the ladder. */
  readonly commitBy: number
  /** Hears of a stream that fails after its first token. */
  readonly onBroken: (failure: UpstreamFailure) => void
}

/** An answer whose body ends when the watchdog says so. */
export interface OpenResponse {
  readonly status: number
  header(name: string): string | null
  readonly chunks: AsyncIterableIterator<Uint8Array>
}
