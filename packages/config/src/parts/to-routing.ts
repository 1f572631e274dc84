import { costOptimized, DEFAULT_POLICY, localFirst, type AttemptPolicy, type Strategy } from '@gateway/core'
import type { RoutingData } from '../configuration.ts'
import { didYouMean } from '../problems/did-you-mean.ts'
import { found } from '../problems/found.ts'
import type { Problem } from '../problems/problem.ts'
import { MAX_TIMER_MS } from '../shape/fields.ts'
import { pathText, type Path } from '../shape/tree.ts'

const BUILT_IN: readonly Strategy[] = [costOptimized, localFirst]
const STRATEGY: Path = ['routing', 'strategy']

export interface Strategies {
  /** The default first, then the built-in ones, then those of the configuration. */
  readonly ordered: readonly Strategy[]
  readonly problems: readonly Problem[]
}

/** All strategies that may be asked for, and which of them is the default. */
export function toStrategies(name: string | undefined, plugIns: readonly Strategy[], references: ReadonlyMap<string, string>): Strategies {
  const all = [...BUILT_IN, ...plugIns]
  const names = all.map((strategy) => strategy.name)
  const twice = names.find((known, index) => names.indexOf(known) !== index)
  const problems: Problem[] =
    twice === undefined
      ? []
      : [{ path: ['routing', 'strategies'], text: `two strategies have the name '${twice}', expected different ones` }]
  const first = all.find((strategy) => strategy.name === (name ?? costOptimized.name))
  if (first) return { ordered: [first, ...all.filter((strategy) => strategy !== first)], problems }
  const shown = found(name, { path: STRATEGY, variable: references.get(pathText(STRATEGY)), isChoice: true })
  const text = `found ${shown}, expected one of ${names.join(', ')}${didYouMean(name ?? '', names)}`
  return { ordered: all, problems: [...problems, { path: STRATEGY, text }] }
}

/** An answer that is not streamed comes when it is complete, so it gets ten times what a first byte gets. */
export function toPolicy({ failover, clocks, backoff }: RoutingData = {}): AttemptPolicy {
  const firstByteMs = clocks?.firstByteMs ?? DEFAULT_POLICY.clocks.firstByteMs
  return {
    ...DEFAULT_POLICY,
    clocks: { ...DEFAULT_POLICY.clocks, wholeReplyMs: Math.min(10 * firstByteMs, MAX_TIMER_MS), ...clocks },
    failover: failover?.enabled ?? DEFAULT_POLICY.failover,
    maxAttempts: failover?.maxAttempts ?? DEFAULT_POLICY.maxAttempts,
    backoff: { ...DEFAULT_POLICY.backoff, ...backoff },
  }
}
