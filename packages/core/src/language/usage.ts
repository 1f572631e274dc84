/**
 * Classes of tokens. `input` and `output` are totals: `input` includes `cachedInput`, `cacheWrite`, `inputAudio` and
 * `inputImage`; `output` includes `reasoning`, `outputAudio` and `outputImage`. Protocols whose counts exclude a class
 * (Anthropic's `input_tokens` leaves cached tokens out) are converted where they are read.
 */
export type TokenClass =
  | 'input'
  | 'cachedInput'
  | 'cacheWrite'
  | 'output'
  | 'reasoning'
  | 'inputAudio'
  | 'outputAudio'
  | 'inputImage'
  | 'outputImage'

/** Where a figure comes from: the provider said it; it follows from what it said; we estimated it; the stream broke off before it was complete. */
export type Provenance = 'provider' | 'computed' | 'estimated' | 'partial'

export interface Figure {
  readonly tokens: number
  readonly provenance: Provenance
}

/** Tokens by class. An absent class is unknown, which is not zero. */
export type Usage = { readonly [tokenClass in TokenClass]?: Figure }

/** The larger figure of each class: usage in a stream is cumulative, repeated, and sometimes followed by zeros (wire notes of Workers AI). */
export function mergeUsage(first: Usage, second: Usage): Usage {
  const merged: { [tokenClass in TokenClass]?: Figure } = { ...first }
  for (const tokenClass of TOKEN_CLASSES) {
    const figure = second[tokenClass]
    const known = merged[tokenClass]
    if (figure && (!known || figure.tokens > known.tokens)) merged[tokenClass] = figure
  }
  return merged
}

/** Input plus output; null while both are unknown. */
export function totalTokens(usage: Usage): number | null {
  if (!usage.input && !usage.output) return null
  return (usage.input?.tokens ?? 0) + (usage.output?.tokens ?? 0)
}

/** Figures as a provider states them; absent and null counts stay unknown. */
export function usageFrom(counts: { readonly [tokenClass in TokenClass]?: number | null | undefined }, provenance: Provenance): Usage {
  const usage: { [tokenClass in TokenClass]?: Figure } = {}
  for (const tokenClass of TOKEN_CLASSES) {
    const tokens = counts[tokenClass]
    if (typeof tokens === 'number' && Number.isFinite(tokens) && tokens >= 0) usage[tokenClass] = { tokens, provenance }
  }
  return usage
}

/** Every class, in the order in which people read them. */
export const TOKEN_CLASSES: readonly TokenClass[] = [
  'input',
  'cachedInput',
  'cacheWrite',
  'output',
  'reasoning',
  'inputAudio',
  'outputAudio',
  'inputImage',
  'outputImage',
]
