import { systemClock } from '@gateway/core'
import type { Clock, Price, Pricer } from '@gateway/core'
import { costOf } from './cost-of.ts'
import { loadListPrices } from './list-prices.ts'
import type { ListedModel, ListPrices, ModelAddress } from './list-prices.ts'

/** A `Pricer` that also knows how much text a model takes. */
export interface PriceTable extends Pricer {
  /** Tokens of prompt and answer together; null where nobody knows. */
  contextWindowOf(model: ModelAddress): number | null
}

export interface PricerOptions {
  /** What goes before the list, by `provider/model`, or `provider/*` for every model of a provider that has no entry of its own. */
  readonly overrides?: Readonly<Record<string, Price>>
  /** Some list prices depend on the hour. */
  readonly clock?: Clock
}

/** A pricer that knows the public price list. The list is imported on the first call, and stays in memory. */
export async function loadPricer(options: PricerOptions = {}): Promise<PriceTable> {
  return createPricer({ ...options, listPrices: await loadListPrices() })
}

/** A pricer from what is at hand: without `listPrices` it knows the overrides alone. */
export function createPricer(options: PricerOptions & { readonly listPrices?: ListPrices } = {}): PriceTable {
  const { overrides = {}, listPrices, clock = systemClock } = options
  const overridden = new Map(Object.entries(overrides))
  const listed = listPrices ? remembered(listPrices, clock) : () => null
  return {
    priceOf: ({ provider, model }) =>
      overridden.get(`${provider}/${model}`) ?? overridden.get(`${provider}/*`) ?? listed({ provider, model })?.price ?? null,
    costOf,
    contextWindowOf: (model) => listed(model)?.contextWindow ?? null,
  }
}

/** One search of the list takes up to 50 µs (measured on OpenRouter's 700 models), and prices change on the minute at most. */
function remembered(listPrices: ListPrices, clock: Clock): (model: ModelAddress) => ListedModel | null {
  const found = new Map<string, ListedModel | null>()
  let foundInMinute = 0
  return (model) => {
    const nowMs = clock.epochMs()
    const minute = Math.floor(nowMs / 60_000)
    // Clients choose the names of models: without a bound they would fill the memory.
    if (minute !== foundInMinute || found.size >= MOST_REMEMBERED) found.clear()
    foundInMinute = minute
    const key = `${model.provider}/${model.model}`
    const known = found.get(key)
    if (known !== undefined) return known
    const listed = listPrices.find(model, nowMs)
    found.set(key, listed)
    return listed
  }
}

const MOST_REMEMBERED = 1_000
