import { describe, expect, it } from 'vitest'
import { estimatedTokenCounter } from './estimated.ts'
import { exactTokenCounter } from './exact.ts'

const SENTENCE = 'The quick brown fox jumps over the lazy dog.'

describe('tokens', () => {
  it.each([
    ['gpt-4o', 10],
    ['openai/gpt-4o-2024-08-06', 10],
    ['gpt-4', 10],
  ])('are counted exactly for %s', async (model, tokens) => {
    expect(await exactTokenCounter.count(SENTENCE, model)).toEqual({ tokens, method: 'exact' })
  })

  it('take the words of a control token for what they are: text of the client', async () => {
    expect((await exactTokenCounter.count('<|endoftext|>', 'gpt-4o')).method).toBe('exact')
  })

  it('are exact for a long text of words', async () => {
    expect(await exactTokenCounter.count(`${SENTENCE} `.repeat(5_000), 'gpt-4o')).toEqual({ tokens: 50_001, method: 'exact' })
  })

  it.each([
    ['letters', 'a'.repeat(1_000_000)],
    ['blanks', ' '.repeat(1_000_000)],
    ['signs and lines', `-${'\n/'.repeat(300)}`],
    ['accents', 'e\u0301'.repeat(200)],
    ['words, and too many of them', `${SENTENCE} `.repeat(12_000)],
  ])('are estimated where the tokenizer would take a long time: %s', async (_name, text) => {
    expect((await exactTokenCounter.count(text, 'gpt-4o')).method).toBe('estimated')
  })

  it.each([
    ['a model without a public tokenizer', () => exactTokenCounter.count(SENTENCE, 'claude-sonnet-4-5')],
    ['the estimate', () => estimatedTokenCounter.count(SENTENCE, 'gpt-4o')],
  ])('say that they are estimated for %s', async (_name, count) => {
    const { tokens, method } = await count()
    expect(method).toBe('estimated')
    expect(tokens).toBeGreaterThan(7)
    expect(tokens).toBeLessThan(14)
  })
})
