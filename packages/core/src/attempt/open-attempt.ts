import type { Clock } from '../ports/clock.ts'
import type { TransportResponse } from '../ports/transport.ts'
import type { Target } from '../provider.ts'
import type { Exchange } from '../stage.ts'
import type { AttemptPolicy } from './attempt-policy.ts'
import type { Watchdog } from './watchdog.ts'
import type { UpstreamRequest } from './write-upstream-request.ts'

/** What an attempt has in hand while its answer comes in. */
export interface OpenAttempt {
  readonly exchange: Exchange
  readonly target: Target
  readonly request: UpstreamRequest
  readonly response: TransportResponse
  readonly watchdog: Watchdog
  readonly policy: AttemptPolicy
  readonly clock: Clock
}
