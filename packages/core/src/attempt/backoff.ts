import type { Random } from '../ports/random.ts'
import type { Backoff } from './attempt-policy.ts'

/** Full jitter: anything from 0 to the exponential bound, so that clients that failed together do not come back together. `retry` counts from 0. Source: AWS Architecture Blog, "Exponential Backoff And Jitter". */
export function fullJitter({ initialMs, maxMs }: Backoff, retry: number, random: Random): number {
  return random() * Math.min(initialMs * 2 ** retry, maxMs)
}
