import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { fullJitter } from './backoff.ts'

it('waits between nothing and the exponential bound, and never longer than the maximum', () => {
  fc.assert(
    fc.property(
      fc.record({ initialMs: fc.integer({ min: 1, max: 10_000 }), maxMs: fc.integer({ min: 1, max: 100_000 }) }),
      fc.integer({ min: 0, max: 2_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (backoff, retry, chance) => {
        const delayMs = fullJitter(backoff, retry, () => chance)
        expect(delayMs).toBeGreaterThanOrEqual(0)
        expect(delayMs).toBeLessThanOrEqual(Math.min(backoff.initialMs * 2 ** retry, backoff.maxMs))
      },
    ),
  )
})

it('uses the whole width of the bound, which doubles with each retry', () => {
  const backoff = { initialMs: 100, maxMs: 350 }
  const widest = [0, 1, 2, 3].map((retry) => fullJitter(backoff, retry, () => 0.5) * 2)
  expect(widest).toEqual([100, 200, 350, 350])
  expect(fullJitter(backoff, 3, () => 0)).toBe(0)
})
