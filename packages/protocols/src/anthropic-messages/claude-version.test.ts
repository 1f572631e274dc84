import { describe, expect, it } from 'vitest'
import { claudeAbilities } from './claude-version.ts'

const NONE = { thinksAdaptively: false, takesThinkingBudget: true, takesSampling: true, takesSystemTurns: false }
const ADAPTIVE_ONLY = { thinksAdaptively: true, takesThinkingBudget: false, takesSampling: false, takesSystemTurns: false }

describe('what a model takes', () => {
  it.each([
    'claude-3-7-sonnet-20250219',
    'claude-3-5-haiku-latest',
    'claude-sonnet-4-20250514',
    'claude-opus-4-1-20250805',
    'claude-haiku-4-5-20251001',
    'anthropic/claude-sonnet-4.5',
    'glm-5',
    'deepseek-chat',
  ])('is for %s what Claude took first', (model) => {
    expect(claudeAbilities(model)).toEqual(NONE)
  })

  it.each(['claude-opus-4-6', 'us.anthropic.claude-sonnet-4-6-v1:0'])('is for %s a budget or adaptive thinking', (model) => {
    expect(claudeAbilities(model)).toEqual({ ...NONE, thinksAdaptively: true })
  })

  it.each(['claude-opus-4-7', 'claude-sonnet-5', 'claude-mythos-preview'])('is for %s adaptive thinking alone', (model) => {
    expect(claudeAbilities(model)).toEqual(ADAPTIVE_ONLY)
  })

  it.each(['claude-opus-4-8', 'claude-fable-5-1', 'claude-sonnet-5-5', 'claude-haiku-5-5'])(
    'is for %s system messages between turns too',
    (model) => {
      expect(claudeAbilities(model)).toEqual({ ...ADAPTIVE_ONLY, takesSystemTurns: true })
    },
  )
})
