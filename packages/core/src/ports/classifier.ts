/** Complexity of a request from its text alone: no network, deterministic, microseconds. */
export interface Classifier {
  classify(prompt: string): Complexity
}

export interface Complexity {
  /** How likely a small model fails at it, 0 to 1. */
  readonly failure: number
  readonly level: 'simple' | 'medium' | 'complex'
  /** Why, for people who look at a route. */
  readonly reasons: readonly string[]
}
