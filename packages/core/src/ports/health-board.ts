/**
 * What each endpoint's last minutes looked like. Synchronous for the request path; a driver that shares the board between
 * instances keeps a local copy and exchanges in the background.
 */
export interface HealthBoard {
  report(endpoint: string, outcome: Outcome): void
  /** Null for an endpoint that nobody has heard of. */
  healthOf(endpoint: string): EndpointHealth | null
  list(): readonly EndpointHealth[]
}

export interface Outcome {
  readonly ok: boolean
  /** Milliseconds since 1970. */
  readonly atMs: number
  readonly latencyMs: number
  /** `probe` costs no tokens; `request` is real traffic. */
  readonly source: 'probe' | 'request'
}

export interface EndpointHealth {
  readonly endpoint: string
  /** False after the last outcome was a failure. */
  readonly healthy: boolean
  readonly lastCheckMs: number
  readonly averageLatencyMs: number
  /** Share of outcomes that were good, 0 to 1. */
  readonly successRate: number
  readonly total: number
}
