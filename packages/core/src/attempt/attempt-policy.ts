/** How long and how often the gateway tries before a client hears of a failure. All times in milliseconds. */
export interface AttemptPolicy {
  readonly clocks: AttemptClocks
  /** False: only the first candidate is asked, once. */
  readonly failover: boolean
  /** Tries at all targets together, the first included; at least 1. */
  readonly maxAttempts: number
  readonly backoff: Backoff
  /** An upstream's `retry-after` up to this long may be waited for; beyond it that target is passed over. */
  readonly maxRetryAfterMs: number
  /** The largest whole answer, in bytes. */
  readonly maxReplyBytes: number
}

/** The four clocks. `total` is the deadline of the whole ladder: each attempt gets a share of what is left of it. */
export interface AttemptClocks {
  readonly connectMs: number
  /** From the request to the first token of a stream. */
  readonly firstByteMs: number
  /** From the request to the end of an answer that is not streamed: its first byte comes when it is complete. */
  readonly wholeReplyMs: number
  /** Between two pieces of an answer. */
  readonly idleMs: number
  readonly totalMs: number
}

export interface Backoff {
  readonly initialMs: number
  readonly maxMs: number
}

/** What fits most deployments. */
export const DEFAULT_POLICY: AttemptPolicy = {
  clocks: { connectMs: 5_000, firstByteMs: 30_000, wholeReplyMs: 300_000, idleMs: 30_000, totalMs: 900_000 },
  failover: true,
  maxAttempts: 3,
  backoff: { initialMs: 500, maxMs: 5_000 },
  maxRetryAfterMs: 5_000,
  maxReplyBytes: 64 * 1024 * 1024,
}
