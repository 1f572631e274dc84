import { describe, expect, it } from 'vitest'
import { warningNames } from './warning-names.ts'

const dropped = (field: string): { change: 'dropped'; field: string } => ({ change: 'dropped', field })

describe('the names of warnings', () => {
  it('say what was changed, and where', () => {
    expect(warningNames([dropped('logit_bias'), { change: 'emulated', field: 'n' }])).toEqual(['dropped:logit_bias', 'emulated:n'])
  })

  it('are few, and short, whatever a client makes up', () => {
    const names = warningNames(Array.from({ length: 5_000 }, (_, index) => dropped(`${index}`.padEnd(100_000, 'x'))))
    expect(names).toHaveLength(21)
    expect(names.at(-1)).toBe('more:4980')
    expect(names.join(', ').length).toBeLessThan(2_000)
  })
})
