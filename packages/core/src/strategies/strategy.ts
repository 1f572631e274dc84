import type { ModelRequest } from '../model-request.ts'
import type { Target } from '../provider.ts'

/**
 * Decides who is asked first. `rank` is pure: the same request and candidates give the same order; it leaves out whom it
 * would never ask, and gives each one a reason that a person can read.
 */
export interface Strategy {
  /** As `x-routing-strategy` names it, in kebab-case. */
  readonly name: string
  rank(request: ModelRequest, candidates: readonly Candidate[]): readonly Candidate[]
}

/** A target that could answer, with what is known of it now. */
export interface Candidate {
  readonly target: Target
  readonly facts: Facts
  /** Why it stands where it stands; empty until a strategy has ranked it. */
  readonly reason: string
}

export interface Facts {
  /** What this request would cost there, in nano-dollars; null where the price is unknown. */
  readonly expectedCostNanoUsd: number | null
}

/** Declares a strategy of one's own. */
export function defineStrategy(strategy: Strategy): Strategy {
  return strategy
}
