/**
 * What a usage costs, in integer nano-dollars.
 *
 *     const pricer = await loadPricer({ overrides: { 'kamatera/*': priceFromUsd({ perRequest: 0.001 }) } })
 *     const price = pricer.priceOf({ provider: 'openai', model: 'gpt-4o' })   // null where nobody knows
 *     const nanoUsd = price && pricer.costOf(usage, price)
 *
 * `loadPricer` fetches the public price list with a dynamic import (76 kB gzip), so that nothing of it is read at start;
 * `createPricer` without a list knows the overrides alone and is synchronous.
 */
export * from './cost-of.ts'
export * from './list-prices.ts'
export * from './pricer.ts'
export * from './usd-price.ts'
