import type { Clock, Next, UsageRecord } from '@gateway/core'

/** Counts the requests that have begun and are not booked yet, streams until their end, so that a process can stop without cutting one. */
export interface InFlight {
  /** Wraps the request path. */
  watch(handle: Next): Next
  /** Hears of every request that has ended. */
  ended(record: UsageRecord): void
  /** True once `drain` was called. */
  isDraining(): boolean
  /** Takes no new request; resolves with how many are still open after `limitMs`, or with 0 as soon as there is none. */
  drain(limitMs: number): Promise<number>
}

export function createInFlight(clock: Clock): InFlight {
  let open = 0
  let isDraining = false
  let onEmpty: (() => void) | null = null
  return {
    watch: (handle) => (exchange) => {
      open += 1
      return handle(exchange)
    },
    ended() {
      open -= 1
      if (open === 0) onEmpty?.()
    },
    isDraining: () => isDraining,
    drain(limitMs) {
      isDraining = true
      if (open === 0) return Promise.resolve(0)
      return new Promise((resolve) => {
        const cancel = clock.schedule(limitMs, () => resolve(open))
        onEmpty = () => {
          cancel()
          resolve(0)
        }
      })
    },
  }
}
