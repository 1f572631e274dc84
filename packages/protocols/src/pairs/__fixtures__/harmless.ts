import type { Pair, SurfaceName } from './surfaces.ts'

/** What is left out without a warning, and why nobody misses it. Everything else has to be carried or reported. */
interface Harmless {
  readonly feature: string
  /** Who is not told; everybody where absent. */
  readonly target: readonly SurfaceName[]
  readonly why: string
}

const HARMLESS: readonly Harmless[] = [
  {
    feature: 'response format: json schema, name',
    target: ['anthropic-messages', 'gemini'],
    why: 'a schema has no name there, and the answer does not depend on it',
  },
  {
    feature: 'response format: json schema, strict',
    target: ['anthropic-messages', 'gemini'],
    why: 'a schema is always strict there',
  },
  {
    feature: 'reasoning: thoughts hidden',
    target: ['openai-responses'],
    why: 'a summary comes only where one is asked for',
  },
  {
    feature: 'reasoning: in a form to be sent back',
    target: ['openai-chat'],
    why: 'thoughts are plain text there',
  },
  {
    feature: 'reasoning: in a form to be sent back',
    target: ['anthropic-messages', 'gemini'],
    why: 'thoughts always come signed there',
  },
  { feature: 'created', target: ['anthropic-messages'], why: 'an answer has no time there' },
  {
    feature: "thought: the model's own words",
    target: ['openai-chat', 'anthropic-messages', 'gemini'],
    why: 'own words and a summary are one there',
  },
]

/** The reason, or undefined for what has to be reported. For an answer the target is the client, for a request the vendor. */
export function harmlessIn(feature: string, { client, vendor }: Pair): string | undefined {
  const isRequest = feature.startsWith('reasoning: ') || feature.startsWith('response format: ')
  const target = isRequest ? vendor.name : client.name
  return HARMLESS.find((entry) => entry.feature === feature && entry.target.includes(target))?.why
}
