import type { Reasoning } from '@gateway/core'
import type { Translation } from '../translation.ts'

/** `think`: false is no thinking, true is thinking that is shown, a word is an effort. */
export function readThink(think: boolean | string | null | undefined): Reasoning | undefined {
  if (think === undefined || think === null || think === '') return undefined
  if (typeof think === 'string') return { effort: think }
  return think ? { isShown: true } : { effort: 'none' }
}

export function writeThink(reasoning: Reasoning, model: string, translation: Translation): boolean | string | undefined {
  const { effort, budgetTokens, isShown } = reasoning
  if (budgetTokens !== undefined && effort !== undefined) translation.drop('reasoning.budget_tokens')
  // Thoughts always come with the answer.
  if (isShown === false) translation.drop('reasoning.is_shown')
  if (effort !== undefined) return writeEffort(effort, model, translation)
  if (budgetTokens === undefined) return isShown === true ? true : undefined
  translation.change('emulated', 'reasoning.budget_tokens')
  return budgetTokens !== 0
}

/** Only these models tell efforts apart; servers have answered 400 to a word for any other. */
const KNOWS_EFFORT = /gpt-?oss/i

const EFFORTS: ReadonlyMap<string, string> = new Map([
  ['minimal', 'low'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['xhigh', 'high'],
  ['max', 'high'],
])

function writeEffort(effort: string, model: string, translation: Translation): boolean | string {
  if (effort === 'none') return false
  const known = EFFORTS.get(effort)
  if (known !== effort || !KNOWS_EFFORT.test(model)) translation.change('emulated', 'reasoning.effort')
  return KNOWS_EFFORT.test(model) && known !== undefined ? known : true
}
