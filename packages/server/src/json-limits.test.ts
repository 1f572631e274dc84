import { describe, expect, it } from 'vitest'
import { checkJsonText } from './json-limits.ts'

describe('a JSON text', () => {
  it.each([
    ['{}', 0],
    ['[1, 2]', 0],
    ['{"a":1,"b":{"c":[{"d":1}]}}', 2],
    [String.raw`{"a\"":"{[:\\","b":":"}`, 2],
    ['{"model":"one","model":"two"}', 2],
  ])('has its top-level members counted: %s', (text, members) => {
    expect(checkJsonText(text)).toBe(members)
  })

  it('may be 500 levels deep, and not more', () => {
    expect(checkJsonText(`{"a":${'['.repeat(499)}${']'.repeat(499)}}`)).toBe(1)
    expect(() => checkJsonText(`{"a":${'['.repeat(500)}`)).toThrow('nested too deeply')
  })

  it('may have 1,000 members, and not more', () => {
    const members = (count: number): string => `{${Array.from({ length: count }, (_, index) => `"${index}":1`).join()}}`
    expect(checkJsonText(members(1_000))).toBe(1_000)
    expect(() => checkJsonText(members(1_001))).toThrow('at most 1000 fields, found 1001')
  })

  it.each(['"', '{"a', '{"a\\', ']]]', ''])('need not be one to be looked at: %s', (text) => {
    expect(checkJsonText(text)).toBe(0)
  })
})
