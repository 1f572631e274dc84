import type { Classifier, Complexity } from '@gateway/core'

/**
 * The rule of thumb that most gateways ship: words that smell of code, words that ask for thought, and length. Deterministic;
 * reads the first 8,000 characters.
 *
 * It is no better than chance. Measured on 10,361 prompts of eleven public sets as RouteLLM measures routers (arXiv 2406.18665),
 * it recovers .46 to .55 of the gap between a weak and a strong model, .50 in the mean, which is what a coin recovers; and a small
 * model fails less at what it calls complex (56 %) than at what it calls medium (63 %). It is here as the default until a
 * learned model replaces it, and as what such a model has to beat. Do not stake quality on it.
 */
export const naive: Classifier = {
  classify(prompt) {
    const text = prompt.slice(0, MOST_CHARACTERS)
    const reasons = SIGNS.filter(({ shows }) => shows(text)).map(({ reason }) => reason)
    return { ...(BY_NUMBER_OF_SIGNS[reasons.length] ?? SIMPLE), reasons }
  },
}

const MOST_CHARACTERS = 8_000
/** 500 tokens at the usual four characters a token. */
const LONG_CHARACTERS = 2_000

// Anchored at word borders: the usual form of this rule finds `let` in "letter" and `class` in "classical".
const CODE =
  /```|\b(?:algorithm|api|bug|class|code|compile|const|debug|def|function|implement|import|javascript|json|let|python|refactor|regex|return|rust|script|sql|typescript|var)\b/i
const THOUGHT =
  /\b(?:analy[sz]e|argue|assess|calculate|compare|contrast|critique|derive|design|discuss|evaluate|explain|justify|optimi[sz]e|plan|prove|reason|solve|step by step|summari[sz]e|why)\b/i

interface Sign {
  readonly reason: string
  readonly shows: (text: string) => boolean
}

const SIGNS: readonly Sign[] = [
  { reason: 'code words', shows: (text) => CODE.test(text) },
  { reason: 'asks for analysis', shows: (text) => THOUGHT.test(text) },
  { reason: 'longer than 500 tokens', shows: (text) => text.length > LONG_CHARACTERS },
]

type Verdict = Omit<Complexity, 'reasons'>

const SIMPLE: Verdict = { failure: 0.2, level: 'simple' }

const BY_NUMBER_OF_SIGNS: readonly Verdict[] = [
  SIMPLE,
  { failure: 0.5, level: 'medium' },
  { failure: 0.7, level: 'complex' },
  { failure: 0.9, level: 'complex' },
]
