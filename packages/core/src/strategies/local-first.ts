import { costOptimized } from './cost-optimized.ts'
import { defineStrategy, type Strategy } from './strategy.ts'

/** Machines of one's own first, the cloud only if they fail; within both, the cheapest first. */
export const localFirst: Strategy = defineStrategy({
  name: 'local-first',
  rank: (request, candidates) => {
    const byCost = costOptimized.rank(request, candidates)
    const local = byCost.filter((candidate) => candidate.target.provider.isLocal)
    const cloud = byCost.filter((candidate) => !candidate.target.provider.isLocal)
    return [
      ...local.map((candidate) => ({ ...candidate, reason: `local; ${candidate.reason}` })),
      ...cloud.map((candidate) => ({ ...candidate, reason: `cloud, if local fails; ${candidate.reason}` })),
    ]
  },
})
