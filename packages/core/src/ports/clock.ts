/** Time, passed in, so that tests own it. */
export interface Clock {
  /** Milliseconds that only go forward (`performance.now()`): for durations, time-outs and windows. */
  now(): number
  /** Milliseconds since 1970: for timestamps that people and databases read. */
  epochMs(): number
  /** Runs once after `delayMs`, unless the returned function was called before. */
  schedule(delayMs: number, run: () => void): () => void
}

/** The runtime's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  epochMs: () => Date.now(),
  schedule(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}
