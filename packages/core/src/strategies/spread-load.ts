import type { Random } from '../ports/random.ts'
import type { Target } from '../provider.ts'

/**
 * Puts the endpoints of each provider into a random order, the heavier ones more often in front: weights 3, 1, 1 put the first in
 * front in three of five. Everything else keeps its place.
 */
export function spreadLoad(targets: readonly Target[], random: Random): readonly Target[] {
  if (targets.every(({ provider }) => provider.endpoints.length === 1)) return targets
  const shuffled = new Map(groups(targets).map(([key, group]) => [key, weightedShuffle(group, random)]))
  return targets.flatMap((target) => shuffled.get(keyOf(target))?.shift() ?? [])
}

function keyOf({ provider, model }: Target): string {
  return `${provider.name}/${model}`
}

function groups(targets: readonly Target[]): readonly (readonly [string, readonly Target[]])[] {
  return [...Map.groupBy(targets, keyOf)]
}

/** Efraimidis and Spirakis, "Weighted random sampling with a reservoir" (2006): sort by u^(1/weight), the largest first. */
function weightedShuffle(targets: readonly Target[], random: Random): Target[] {
  const drawn = targets.map((target) => ({ target, key: random() ** (1 / target.endpoint.weight) }))
  return drawn.toSorted((one, other) => other.key - one.key).map(({ target }) => target)
}
