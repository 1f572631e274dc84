import type { Json, JsonObject, Reasoning } from '@gateway/core'
import { compact } from '../compact.ts'
import { numberOf, objectOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { claudeAbilities } from './claude-version.ts'

export interface ReadThinking {
  readonly reasoning: Reasoning | undefined
  /** The fields that `reasoning` covers; what is left of them has to ride along. */
  readonly taken: readonly ('thinking' | 'effort')[]
}

/** How much the model should think. An effort without `thinking` rides along too, since it does not make every model think. */
export function readThinking(thinking: Json | undefined, effortField: Json | undefined): ReadThinking {
  const mode = readMode(objectOf(thinking))
  const effort = stringOf(effortField)
  const hasThinking = mode !== null
  if (!hasThinking && effort === undefined) return { reasoning: undefined, taken: [] }
  return {
    reasoning: compact({ ...mode, effort }),
    taken: [...(hasThinking ? (['thinking'] as const) : []), ...(hasThinking && effort !== undefined ? (['effort'] as const) : [])],
  }
}

export interface WrittenThinking {
  readonly thinking?: JsonObject
  readonly effort?: string
  /** Tokens that thinking may take of `max_tokens`; 0 where nobody knows. */
  readonly budgetTokens: number
}

export interface ThinkingTarget {
  readonly model: string
  /** The client's own limit of the answer, thoughts included. */
  readonly maxOutputTokens: number | undefined
}

/** `thinking` and `output_config.effort`, in the form that the model takes: newer ones have no budget, older ones no effort. */
export function writeThinking(reasoning: Reasoning | undefined, target: ThinkingTarget, translation: Translation): WrittenThinking {
  if (reasoning === undefined) return { budgetTokens: 0 }
  return withDisplay(writeMode(reasoning, target, translation), reasoning.isShown, { target, translation })
}

function writeMode({ effort, budgetTokens }: Reasoning, target: ThinkingTarget, translation: Translation): WrittenThinking {
  if (budgetTokens === undefined) return writeEffort(effort, target, translation)
  const words = effort === undefined ? {} : { effort: knownEffort(effort, translation) }
  if (budgetTokens === 0) return { thinking: { type: 'disabled' }, ...words, budgetTokens: 0 }
  if (budgetTokens < 0 || !claudeAbilities(target.model).takesThinkingBudget) {
    translation.change('emulated', 'reasoning.budget_tokens')
    return { thinking: { type: 'adaptive' }, ...words, budgetTokens: 0 }
  }
  return { ...writeBudget(budgetTokens, target, translation), ...words }
}

interface Place {
  readonly target: ThinkingTarget
  readonly translation: Translation
}

/** The least that the vendor takes. */
const MIN_BUDGET = 1024

/** For models that know no effort, and nothing but a budget. */
const BUDGETS: ReadonlyMap<string, number> = new Map([
  ['minimal', 1024],
  ['low', 2048],
  ['medium', 8192],
  ['high', 16_384],
  ['xhigh', 24_576],
  ['max', 32_000],
])
const DEFAULT_BUDGET = 8192

const EFFORTS: ReadonlySet<string> = new Set(['low', 'medium', 'high', 'xhigh', 'max'])

const MODE_FIELDS: ReadonlySet<string> = new Set(['type', 'budget_tokens', 'display'])

/** Null for a form that the language has no word for, and where nothing is said. */
function readMode(thinking: JsonObject): Reasoning | null {
  const { type, display } = thinking
  const budgetTokens = numberOf(thinking.budget_tokens)
  const isShown = display == null ? undefined : display === 'summarized'
  if ((isShown === false && display !== 'omitted') || restOf(thinking, MODE_FIELDS) !== undefined) return null
  if (type === 'enabled') return budgetTokens !== undefined && budgetTokens > 0 ? compact({ budgetTokens, isShown }) : null
  if (budgetTokens !== undefined) return null
  if (type === 'adaptive') return compact({ isShown })
  return type === 'disabled' && isShown === undefined ? { budgetTokens: 0 } : null
}

/** `thinking` with the client's wish to see it, which older models do not take: they always show it. */
function withDisplay(written: WrittenThinking, isShown: boolean | undefined, { target, translation }: Place): WrittenThinking {
  const { thinking } = written
  if (isShown === undefined || thinking === undefined || thinking.type === 'disabled') return written
  if (claudeAbilities(target.model).thinksAdaptively) {
    return { ...written, thinking: { ...thinking, display: isShown ? 'summarized' : 'omitted' } }
  }
  if (!isShown) translation.drop('reasoning.display')
  return written
}

function writeEffort(effort: string | undefined, target: ThinkingTarget, translation: Translation): WrittenThinking {
  if (effort === 'none') {
    translation.change('emulated', 'reasoning_effort')
    return { thinking: { type: 'disabled' }, budgetTokens: 0 }
  }
  if (claudeAbilities(target.model).thinksAdaptively) {
    const words = effort === undefined ? {} : { effort: knownEffort(effort, translation) }
    return { thinking: { type: 'adaptive' }, ...words, budgetTokens: 0 }
  }
  translation.change('emulated', effort === undefined ? 'thinking' : 'reasoning_effort')
  return writeBudget(BUDGETS.get(effort ?? '') ?? DEFAULT_BUDGET, target, translation)
}

function knownEffort(effort: string, translation: Translation): string {
  if (EFFORTS.has(effort)) return effort
  translation.change('emulated', 'reasoning_effort')
  return effort === 'none' || effort === 'minimal' ? 'low' : 'medium'
}

/** A budget that leaves room for an answer under the client's own limit; none where that limit leaves no room for thoughts. */
function writeBudget(wanted: number, { maxOutputTokens }: ThinkingTarget, translation: Translation): WrittenThinking {
  const most = maxOutputTokens === undefined || wanted < maxOutputTokens ? wanted : Math.floor(maxOutputTokens / 2)
  if (most < MIN_BUDGET && maxOutputTokens !== undefined && maxOutputTokens <= MIN_BUDGET) {
    translation.drop('reasoning.budget_tokens')
    return { budgetTokens: 0 }
  }
  const budgetTokens = Math.max(MIN_BUDGET, Math.floor(most))
  if (budgetTokens !== wanted) translation.change('emulated', 'reasoning.budget_tokens')
  return { thinking: { type: 'enabled', budget_tokens: budgetTokens }, budgetTokens }
}
