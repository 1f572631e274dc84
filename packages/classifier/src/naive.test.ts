import { describe, expect, it } from 'vitest'
import { naive } from './naive.ts'

describe('the naive classifier', () => {
  it('calls small talk simple, and says no reason', () => {
    expect(naive.classify('Hello, how are you today?')).toEqual({ failure: 0.2, level: 'simple', reasons: [] })
  })

  it('calls one sign medium and names it', () => {
    expect(naive.classify('Write a Python one-liner')).toEqual({ failure: 0.5, level: 'medium', reasons: ['code words'] })
    expect(naive.classify('Explain the tides')).toEqual({ failure: 0.5, level: 'medium', reasons: ['asks for analysis'] })
    expect(naive.classify('word '.repeat(401))).toEqual({ failure: 0.5, level: 'medium', reasons: ['longer than 500 tokens'] })
  })

  it('calls two signs complex, and scores three higher', () => {
    expect(naive.classify('Explain this function')).toMatchObject({ failure: 0.7, level: 'complex' })
    expect(naive.classify(`Explain this function: ${'x '.repeat(1_000)}`)).toMatchObject({ failure: 0.9, level: 'complex' })
  })

  it('does not find code words inside other words', () => {
    expect(naive.classify('A classical letter, important and variable').level).toBe('simple')
  })

  it('reads the first 8,000 characters and no more', () => {
    const padding = ' '.repeat(8_000)
    expect(naive.classify(`${padding}function`).reasons).toEqual(['longer than 500 tokens'])
  })

  it('says the same of the same text', () => {
    expect(naive.classify('Prove it')).toEqual(naive.classify('Prove it'))
  })
})
