import { defineStrategy, type Candidate, type Strategy } from './strategy.ts'

/** The cheapest first, in money; of equally cheap ones the local, then in the order of the configuration. Unknown prices last. */
export const costOptimized: Strategy = defineStrategy({
  name: 'cost-optimized',
  rank: (_request, candidates) => candidates.map(explain).toSorted(byExpectedCost),
})

function explain(candidate: Candidate): Candidate {
  return { ...candidate, reason: costReason(candidate.facts.expectedCostNanoUsd) }
}

function costReason(nanoUsd: number | null): string {
  if (nanoUsd === null) return 'price unknown'
  if (nanoUsd === 0) return 'free'
  return `expected cost $${(nanoUsd / 1e9).toPrecision(3)}`
}

function byExpectedCost(one: Candidate, other: Candidate): number {
  const difference = costOrInfinity(one) - costOrInfinity(other)
  if (difference !== 0 && !Number.isNaN(difference)) return difference
  return Number(other.target.provider.isLocal) - Number(one.target.provider.isLocal)
}

function costOrInfinity(candidate: Candidate): number {
  return candidate.facts.expectedCostNanoUsd ?? Number.POSITIVE_INFINITY
}
