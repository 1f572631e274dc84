import type { Json, JsonObject, Reasoning } from '@gateway/core'
import { compact } from '../compact.ts'
import { numberOf, objectOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { camelFields } from './field-names.ts'

export interface ReadThinking {
  readonly reasoning: Reasoning | undefined
  /** What the language has no word for: a budget of -1, which leaves the amount to the model. */
  readonly rest: JsonObject | undefined
}

/** A `thinkingConfig`: Gemini 2.5 counts tokens, Gemini 3 has levels. */
export function readThinking(config: Json | undefined): ReadThinking {
  const wire = camelFields(objectOf(config))
  const level = stringOf(wire.thinkingLevel)?.toLowerCase()
  const budget = numberOf(wire.thinkingBudget)
  const isOff = budget === 0 && level === undefined
  const budgetTokens = budget !== undefined && budget > 0 ? budget : undefined
  const reasoning = compact({
    effort: isOff ? 'none' : level,
    budgetTokens,
    isShown: typeof wire.includeThoughts === 'boolean' ? wire.includeThoughts : undefined,
  })
  const known = isOff || budgetTokens !== undefined ? ALL_FIELDS : LEVEL_FIELDS
  return { reasoning: Object.keys(reasoning).length === 0 ? undefined : reasoning, rest: restOf(wire, known) }
}

/** Google takes a level or a budget, never both; which of them depends on the model. */
export function writeThinking(reasoning: Reasoning, model: string, translation: Translation): JsonObject {
  return compact({ ...writeAmount(reasoning, model, translation), includeThoughts: reasoning.isShown })
}

const LEVEL_FIELDS: ReadonlySet<string> = new Set(['thinkingLevel', 'includeThoughts'])
const ALL_FIELDS: ReadonlySet<string> = new Set([...LEVEL_FIELDS, 'thinkingBudget'])

/** Models that answer 400 to a level. */
const COUNTS_TOKENS = /gemini-[12](?:\D|$)/

const LEVELS: ReadonlySet<string> = new Set(['minimal', 'low', 'medium', 'high'])
const MORE_THAN_HIGH: ReadonlySet<string> = new Set(['xhigh', 'max'])

/** As Google itself maps OpenAI's words (https://ai.google.dev/gemini-api/docs/openai#thinking). */
const BUDGETS: ReadonlyMap<string, number> = new Map([
  ['minimal', 1024],
  ['low', 1024],
  ['medium', 8192],
  ['high', 24_576],
  ['xhigh', 24_576],
  ['max', 24_576],
])

function writeAmount({ effort, budgetTokens }: Reasoning, model: string, translation: Translation): JsonObject {
  const isCounting = COUNTS_TOKENS.test(model)
  if (budgetTokens !== undefined && (effort === undefined || isCounting)) {
    if (effort !== undefined) translation.drop('reasoning_effort')
    return { thinkingBudget: budgetTokens }
  }
  if (budgetTokens !== undefined) translation.drop('reasoning.budget_tokens')
  if (effort === undefined) return {}
  if (effort === 'none') return { thinkingBudget: 0 }
  return isCounting ? writeBudget(effort, translation) : writeLevel(effort, translation)
}

function writeBudget(effort: string, translation: Translation): JsonObject {
  const thinkingBudget = BUDGETS.get(effort)
  if (thinkingBudget === undefined) translation.drop('reasoning_effort')
  else translation.change('emulated', 'reasoning_effort')
  return thinkingBudget === undefined ? {} : { thinkingBudget }
}

function writeLevel(effort: string, translation: Translation): JsonObject {
  if (LEVELS.has(effort)) return { thinkingLevel: effort.toUpperCase() }
  if (MORE_THAN_HIGH.has(effort)) {
    translation.change('emulated', 'reasoning_effort')
    return { thinkingLevel: 'HIGH' }
  }
  translation.drop('reasoning_effort')
  return {}
}
