import type { Price, TokenClass } from '@gateway/core'

/** Prices as vendors print them: US dollars for a million tokens of a class, and for each request. */
export type UsdPrice = { readonly [tokenClass in TokenClass]?: number } & {
  readonly perRequest?: number
  readonly tiers?: readonly { readonly aboveInputTokens: number; readonly price: UsdPrice }[]
}

/** The same in integer nano-dollars. A total that is not named costs nothing: a flat price a request, or a model that answers no tokens. */
export function priceFromUsd(usd: UsdPrice): Price {
  const { tiers, input = 0, output = 0, ...others } = usd
  return {
    ...inNanoUsd(others),
    input: nanoUsd(input),
    output: nanoUsd(output),
    ...(tiers && { tiers: tiers.map(({ aboveInputTokens, price }) => ({ aboveInputTokens, price: priceFromUsd(price) })) }),
  }
}

function inNanoUsd(prices: Readonly<Record<string, number | undefined>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(prices).flatMap(([name, usd]) => (usd === undefined ? [] : [[name, nanoUsd(usd)]])))
}

const nanoUsd = (usd: number): number => Math.round(usd * 1e9)
