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
  /** Something came: the phase starts again. Costs one assignment, so it may be called for every piece. */
  touch(): void
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
  let phase: { readonly reason: FailureReason; readonly limitMs: number; startedAt: number } | null = null
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
  const expire = (reason: FailureReason): void => {
    expired = reason
    abort()
  }
  const check = (): void => {
    if (!phase) return
    const now = clock.now()
    const due = phase.startedAt + phase.limitMs
    if (now >= due) expire(phase.reason)
    else if (now >= deadline) expire('total-timeout')
    else cancelTimer = clock.schedule(Math.min(due, deadline) - now, check)
  }

  if (signal.aborted) controller.abort()
  else signal.addEventListener('abort', abort)

  return {
    signal: controller.signal,
    expired: () => expired,
    arm(reason, limitMs) {
      if (controller.signal.aborted) return
      cancelTimer?.()
      phase = { reason, limitMs, startedAt: clock.now() }
      cancelTimer = clock.schedule(Math.max(0, Math.min(limitMs, deadline - phase.startedAt)), check)
    },
    touch() {
      if (phase) phase.startedAt = clock.now()
    },
    abort,
    stop,
  }
}
