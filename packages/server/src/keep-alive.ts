import type { Clock } from '@gateway/core'

/** Says when a stream has been silent for too long. */
export interface KeepAlive {
  start(onSilence: () => void): void
  /** Something was sent; costs one assignment. */
  touch(): void
  stop(): void
}

/** One timer a stream, which looks when it fires whether something was sent since. */
export function createKeepAlive(clock: Clock, intervalMs: number): KeepAlive {
  let lastMs = clock.now()
  let cancel: (() => void) | null = null
  return {
    start(onSilence) {
      const check = (): void => {
        const silentMs = clock.now() - lastMs
        if (silentMs >= intervalMs) {
          onSilence()
          lastMs = clock.now()
        }
        cancel = clock.schedule(Math.max(1, intervalMs - (clock.now() - lastMs)), check)
      }
      cancel = clock.schedule(intervalMs, check)
    },
    touch() {
      lastMs = clock.now()
    },
    stop() {
      cancel?.()
      cancel = null
    },
  }
}
