import { GatewayError, type Clock, type Exchange, type Next, type UsageRecord } from '@gateway/core'

/** Knows the requests that have begun and are not booked yet, streams until their end, so that a process can stop without losing one. */
export interface InFlight {
  /** Wraps the request path. */
  watch(handle: Next): Next
  /** Hears of every request that has ended. */
  ended(record: UsageRecord): void
  /** True once `drain` was called. */
  isDraining(): boolean
  /**
   * Takes no new request, and gives up those that are still open after `limitMs`: each is booked as failed, and its client hears of
   * it. Resolves with how many these were, once none is open, or a second later.
   */
  drain(limitMs: number): Promise<number>
}

export function createInFlight(clock: Clock): InFlight {
  const open = new Map<string, AbortController>()
  let isDraining = false
  let onEmpty: (() => void) | null = null

  const untilEmpty = (limitMs: number): Promise<void> => {
    if (open.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = clock.schedule(limitMs, resolve)
      onEmpty = () => {
        cancel()
        resolve()
      }
    })
  }

  return {
    watch: (handle) => (exchange) => {
      const controller = controllerOf(exchange)
      open.set(exchange.id, controller)
      return handle({ ...exchange, signal: controller.signal })
    },
    ended({ requestId }) {
      open.delete(requestId)
      if (open.size === 0) onEmpty?.()
    },
    isDraining: () => isDraining,
    async drain(limitMs) {
      isDraining = true
      await untilEmpty(limitMs)
      const late = [...open.values()]
      for (const controller of late) controller.abort(stopped())
      await untilEmpty(BOOKING_MS)
      return late.length
    },
  }
}

/** How long requests may take to be booked that were given up. */
const BOOKING_MS = 1_000

/** What becomes of a request that is given up. */
export function stopped(): GatewayError {
  return new GatewayError('shutting-down', 'The gateway stopped before the answer was complete.')
}

/** Aborted when the client goes, and by us. */
function controllerOf({ signal }: Exchange): AbortController {
  const controller = new AbortController()
  const leave = (): void => controller.abort(signal.reason)
  if (signal.aborted) leave()
  else signal.addEventListener('abort', leave, { once: true })
  return controller
}
