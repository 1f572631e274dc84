import { expect, it } from 'vitest'
import { seededRandom } from './random.ts'

const draw = (seed: number, count: number): readonly number[] => Array.from({ length: count }, seededRandom(seed))

it('repeats itself for a seed, and differs for another', () => {
  expect(draw(1, 5)).toEqual(draw(1, 5))
  expect(draw(1, 5)).not.toEqual(draw(2, 5))
})

it('fills the range from 0 to 1 evenly', () => {
  const numbers = draw(42, 10_000)
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...numbers)).toBeLessThan(1)
  const tenths = Array.from({ length: 10 }, (_, tenth) => numbers.filter((number) => Math.floor(number * 10) === tenth).length)
  expect(Math.min(...tenths)).toBeGreaterThan(900)
})
