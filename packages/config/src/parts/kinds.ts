import * as exported from '@gateway/providers'
import type { ProviderFactory } from '@gateway/providers'

/** Every provider that `@gateway/providers` declares, by the name of its declaration: a new one needs no line here. */
export const KINDS: ReadonlyMap<string, ProviderFactory> = new Map(
  Object.values(exported)
    .filter(isFactory)
    .map((factory) => [factory.declaration.name, factory] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1)),
)

/** True for what `defineProvider` makes. */
export function isFactory(value: unknown): value is ProviderFactory {
  return typeof value === 'function' && 'declaration' in value
}
