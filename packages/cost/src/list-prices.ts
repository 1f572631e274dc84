import type { Price, TokenClass } from '@gateway/core'
import { priceFromUsd } from './usd-price.ts'
import type { UsdPrice } from './usd-price.ts'

/** What the vendors' public price lists say. */
export interface ListPrices {
  /** Null for a provider or a model that is not listed. Some prices depend on the day or the hour (`atMs`, since 1970). */
  find(model: ModelAddress, atMs: number): ListedModel | null
}

export interface ModelAddress {
  readonly provider: string
  readonly model: string
}

export interface ListedModel {
  /** Null where the list names the model without a price for its tokens. */
  readonly price: Price | null
  /** In tokens. */
  readonly contextWindow: number | null
}

/**
 * Reads the list of `@pydantic/genai-prices` (43 providers, 1,700 models; it is data, and as old as the installed version).
 * Two things it knows are beyond our classes of tokens: cache writes that live for an hour are charged like those for five
 * minutes, and tools that a vendor runs (its web search) are not charged.
 */
export async function loadListPrices(): Promise<ListPrices> {
  const { calcPrice } = await import('@pydantic/genai-prices')
  return {
    find({ provider, model }, atMs) {
      const providerId = LISTED_AS.get(provider)
      const listed = providerId && calcPrice({}, model, { providerId, timestamp: new Date(atMs) })
      if (!listed) return null
      return { price: toPrice(listed.model_price), contextWindow: listed.model.context_window ?? null }
    },
  }
}

/** Our provider's name → the list's. The list's own search is not used: it takes any name that contains `openai` for OpenAI. */
const LISTED_AS: ReadonlyMap<string, string> = new Map([
  ['anthropic', 'anthropic'],
  ['azure', 'azure'],
  ['azure-openai', 'azure'],
  ['bedrock', 'aws'],
  ['cerebras', 'cerebras'],
  ['cohere', 'cohere'],
  ['deepseek', 'deepseek'],
  ['fireworks', 'fireworks'],
  ['gemini', 'google'],
  ['google', 'google'],
  ['groq', 'groq'],
  ['mistral', 'mistral'],
  ['moonshotai', 'moonshotai'],
  ['openai', 'openai'],
  ['openrouter', 'openrouter'],
  ['perplexity', 'perplexity'],
  ['together', 'together'],
  ['vertex', 'google'],
  ['workers-ai', 'cloudflare'],
  ['xai', 'x-ai'],
])

/** A price in dollars, or one that grows with the prompt: `price` holds once the prompt is longer than `start`. */
type Rate = number | { readonly base: number; readonly tiers: readonly { readonly start: number; readonly price: number }[] }
type Rates = { readonly [name: string]: Rate | undefined }

/** A model with an input price alone answers no tokens (embeddings, rerankers); without one it is not sold by the token. */
function toPrice(rates: Rates): Price | null {
  if (rates['input_mtok'] === undefined) return null
  const starts = Object.values(rates).flatMap((rate) => (typeof rate === 'object' ? rate.tiers.map(({ start }) => start) : []))
  const tiers = [...new Set(starts)]
    .toSorted((first, second) => first - second)
    .map((start) => ({ aboveInputTokens: start, price: usdPriceAt(rates, start + 1) }))
  return priceFromUsd({ ...usdPriceAt(rates, 0), ...(tiers.length > 0 && { tiers }) })
}

function usdPriceAt(rates: Rates, promptTokens: number): UsdPrice {
  const perThousandRequests = rateAt(rates['requests_kcount'], promptTokens)
  const classes = Object.entries(LISTED_CLASSES).flatMap(([tokenClass, name]) => {
    const usd = rateAt(rates[name], promptTokens)
    return usd === undefined ? [] : [[tokenClass, usd] as const]
  })
  return {
    ...Object.fromEntries(classes),
    ...(perThousandRequests !== undefined && { perRequest: perThousandRequests / 1_000 }),
  }
}

function rateAt(rate: Rate | undefined, promptTokens: number): number | undefined {
  if (typeof rate !== 'object') return rate
  return rate.tiers.findLast(({ start }) => promptTokens > start)?.price ?? rate.base
}

const LISTED_CLASSES = {
  input: 'input_mtok',
  cachedInput: 'cache_read_mtok',
  cacheWrite: 'cache_write_mtok',
  inputAudio: 'input_audio_mtok',
  inputImage: 'input_image_mtok',
  output: 'output_mtok',
  reasoning: 'output_reasoning_mtok',
  outputAudio: 'output_audio_mtok',
  outputImage: 'output_image_mtok',
} as const satisfies Record<TokenClass, string>
