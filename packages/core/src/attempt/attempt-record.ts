import type { FailureReason } from '../failure.ts'

/** One try at one target, as `attempts[]` of an error and the log show it. Free of addresses and secrets. */
export interface AttemptRecord {
  readonly provider: string
  readonly endpoint: string
  readonly model: string
  /** `cancelled`: the client went away while it ran. */
  readonly outcome: 'success' | 'cancelled' | FailureReason
  /** HTTP status of the upstream, or null where no answer came. */
  readonly status: number | null
  readonly message: string | null
  readonly latencyMs: number
}
