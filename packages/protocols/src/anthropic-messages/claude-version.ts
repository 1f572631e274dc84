/** What the models of a generation take, which the protocol itself does not say. */
export interface ClaudeAbilities {
  /** `thinking: {type: "adaptive"}` and `output_config.effort`. */
  readonly thinksAdaptively: boolean
  /** `thinking: {type: "enabled", budget_tokens}`. */
  readonly takesThinkingBudget: boolean
  /** `temperature`, `top_p` and `top_k`; newer models answer 400 to them. */
  readonly takesSampling: boolean
  /** Messages of the role `system` behind a user's turn. */
  readonly takesSystemTurns: boolean
}

/**
 * By the version in a model's name: `claude-opus-4-6`, `claude-3-7-sonnet-20250219`, `anthropic/claude-sonnet-4.5`. A name
 * without one is somebody else's model behind the same protocol, and those know what Claude knew first.
 * Source: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking and the pages "What's new" of 4.7 and 4.8
 */
export function claudeAbilities(model: string): ClaudeAbilities {
  const version = claudeVersion(model)
  return {
    thinksAdaptively: version >= 4.6,
    takesThinkingBudget: version < 4.7,
    takesSampling: version < 4.7,
    takesSystemTurns: version >= 4.8 && !/sonnet-5(?:$|-\d{6})/.test(model),
  }
}

/** 4.6 for `claude-opus-4-6`; 0 where the name says none. A date is not a version. */
function claudeVersion(model: string): number {
  if (model.includes('claude-mythos-preview')) return 4.7
  const found = /claude-(?:[a-z]+-)?(\d{1,2})(?:[-.](\d)(?!\d))?(?!\d)/.exec(model.toLowerCase())
  return found === null ? 0 : Number(`${found[1]}.${found[2] ?? '0'}`)
}
