import type { Clock } from '@gateway/core'

/** Time that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves both times on and runs what falls due, in order; after each run, promises get to settle. */
  advance(ms: number): Promise<void>
  /** Moves the wall clock alone, as an administrator or a leap does; `now()` does not notice. May be negative. */
  jumpEpoch(ms: number): void
  /** How many scheduled runs are still to come. */
  pending(): number
}

/** A clock at `now() === 0` and at the given wall time (milliseconds since 1970; 2026-01-01 if not given). */
export function fakeClock(epochMs: number = Date.UTC(2026, 0, 1)): FakeClock {
  let now = 0
  let epoch = epochMs
  const timers = new Set<Timer>()
  const moveTo = (time: number): void => {
    epoch += time - now
    now = time
  }
  return {
    now: () => now,
    epochMs: () => epoch,
    schedule: (delayMs, run) => {
      const timer = { dueAt: now + Math.max(0, delayMs), run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance: async (ms) => {
      const end = now + ms
      await settled()
      for (let timer = nextDue(timers, end); timer !== null; timer = nextDue(timers, end)) {
        timers.delete(timer)
        moveTo(Math.max(now, timer.dueAt))
        timer.run()
        await settled()
      }
      moveTo(end)
    },
    jumpEpoch: (ms) => {
      epoch += ms
    },
    pending: () => timers.size,
  }
}

interface Timer {
  readonly dueAt: number
  readonly run: () => void
}

/** The earliest of those that fall due until then; of equals the one that was scheduled first. */
function nextDue(timers: ReadonlySet<Timer>, end: number): Timer | null {
  const due = [...timers].filter((timer) => timer.dueAt <= end)
  return due.toSorted((one, other) => one.dueAt - other.dueAt)[0] ?? null
}

/** One turn of the real event loop: every promise that can settle has settled by then. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}
