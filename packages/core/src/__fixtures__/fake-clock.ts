import type { Clock } from '../ports/clock.ts'

/** Time that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves on and runs what falls due, in order; after each run, promises get to settle. */
  advance(ms: number): Promise<void>
  /** How many scheduled runs are still to come. */
  pending(): number
  /** How often something was scheduled at all. */
  scheduled(): number
}

export const EPOCH_MS = 1_800_000_000_000

export function fakeClock(): FakeClock {
  let now = 0
  let scheduled = 0
  const timers = new Set<{ readonly dueAt: number; readonly run: () => void }>()
  const nextDue = (end: number) => [...timers].filter((timer) => timer.dueAt <= end).toSorted((one, other) => one.dueAt - other.dueAt)[0]
  return {
    now: () => now,
    epochMs: () => EPOCH_MS + now,
    schedule(delayMs, run) {
      scheduled += 1
      const timer = { dueAt: now + Math.max(0, delayMs), run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(ms) {
      const end = now + ms
      await settled()
      for (let timer = nextDue(end); timer; timer = nextDue(end)) {
        timers.delete(timer)
        now = Math.max(now, timer.dueAt)
        timer.run()
        await settled()
      }
      now = end
    },
    pending: () => timers.size,
    scheduled: () => scheduled,
  }
}

/** One turn of the real event loop: every promise that can settle has settled by then. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}
