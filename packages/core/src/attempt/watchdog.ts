import type { FailureReason } from '../failure.ts'
import type { Clock } from '../ports/clock.ts'

/** Ends an attempt whose time is up, or whose client has gone. */
export interface Watchdog {
  /** Give this to everything that the attempt waits for. */
  readonly signal: AbortSignal
  /** Which clock ran out; null while none has. */
  expired(): FailureReason | null
  /** Starts a phase of at most `limitMs`; the phase before is over. */
  arm(reason: FailureReason, limitMs: number): void
  /** Something came, or is waited for again: the phase starts anew. Costs one assignment, so it may be called for every piece. */
  touch(): void
  /** Nobody waits for the upstream now: the phase stands still until `touch`, and only the deadline counts. */
  rest(): void
  /** Moves the deadline to an earlier time on the clock; counts from the next `arm`. */
  limitTo(deadline: number): void
  /** Stops the upstream. */
  abort(): void
  /** All went well: no clock runs any more. */
  stop(): void
}

export interface WatchdogOptions {
  readonly clock: Clock
  /** The client's signal. */
  readonly signal: AbortSignal
  /** On the clock, when the whole attempt must have ended. */
  readonly deadline: number
}

/** One timer for all phases: it is not moved by `touch`, but looks when it fires whether it came too early. */
export function createWatchdog({ clock, signal, deadline }: WatchdogOptions): Watchdog {
  const controller = new AbortController()
  let endsAt = deadline
  let phase: Phase | null = null
  let expired: FailureReason | null = null
  let cancelTimer: (() => void) | null = null

  const stop = (): void => {
    cancelTimer?.()
    cancelTimer = null
    phase = null
    signal.removeEventListener('abort', abort)
  }
  const abort = (): void => {
    stop()
    controller.abort()
  }
  const check = (): void => {
    if (!phase) return
    const now = clock.now()
    const phaseEndsAt = phase.isResting ? now + phase.limitMs : phase.startedAt + phase.limitMs
    if (now < Math.min(phaseEndsAt, endsAt)) {
      cancelTimer = clock.schedule(Math.min(phaseEndsAt, endsAt) - now, check)
      return
    }
    expired = now >= phaseEndsAt ? phase.reason : 'total-timeout'
    abort()
  }

  if (signal.aborted) controller.abort()
  else signal.addEventListener('abort', abort)

  return {
    signal: controller.signal,
    expired: () => expired,
    arm(reason, limitMs) {
      if (controller.signal.aborted) return
      cancelTimer?.()
      phase = { reason, limitMs, startedAt: clock.now(), isResting: false }
      cancelTimer = clock.schedule(Math.max(0, Math.min(limitMs, endsAt - phase.startedAt)), check)
    },
    touch() {
      if (!phase) return
      phase.startedAt = clock.now()
      phase.isResting = false
    },
    rest() {
      if (phase) phase.isResting = true
    },
    limitTo(earlier) {
      endsAt = Math.min(endsAt, earlier)
    },
    abort,
    stop,
  }
}

interface Phase {
  readonly reason: FailureReason
  readonly limitMs: number
  startedAt: number
  isResting: boolean
}
