import type { EndpointHealth, HealthBoard, Outcome } from '@gateway/core'

/**
 * Averages that forget: an outcome counts half as much once `halfLifeMs` of later outcomes have passed. Holds a handful of
 * numbers an endpoint, whatever the traffic. `averageLatencyMs` is that of good requests; of good probes while there was no
 * request, since a probe generates no tokens; 0 while nothing good was heard. `total` counts everything ever reported.
 */
export function memoryHealthBoard({ halfLifeMs = 60_000 }: { readonly halfLifeMs?: number } = {}): HealthBoard {
  const standings = new Map<string, Standing>()
  return {
    report(endpoint, outcome) {
      standings.set(endpoint, heard(standings.get(endpoint) ?? UNHEARD_OF, outcome, halfLifeMs))
    },
    healthOf(endpoint) {
      const standing = standings.get(endpoint)
      return standing ? toHealth(endpoint, standing) : null
    },
    list: () => [...standings].map(([endpoint, standing]) => toHealth(endpoint, standing)),
  }
}

interface Standing {
  readonly healthy: boolean
  readonly lastCheckMs: number
  readonly total: number
  readonly success: DecayingMean
  readonly requestLatency: DecayingMean
  readonly probeLatency: DecayingMean
}

interface DecayingMean {
  readonly sum: number
  readonly weight: number
}

const NOTHING: DecayingMean = { sum: 0, weight: 0 }
const UNHEARD_OF: Standing = {
  healthy: true,
  lastCheckMs: 0,
  total: 0,
  success: NOTHING,
  requestLatency: NOTHING,
  probeLatency: NOTHING,
}

function heard(standing: Standing, outcome: Outcome, halfLifeMs: number): Standing {
  // Requests end out of order, and clocks are set back: time on the board never is.
  const elapsedMs = Math.max(0, outcome.atMs - standing.lastCheckMs)
  const fade = 2 ** (-elapsedMs / halfLifeMs)
  const latencyOf = (source: Outcome['source']): number | null => (outcome.ok && outcome.source === source ? outcome.latencyMs : null)
  return {
    healthy: outcome.ok,
    lastCheckMs: Math.max(standing.lastCheckMs, outcome.atMs),
    total: standing.total + 1,
    success: include(standing.success, outcome.ok ? 1 : 0, fade),
    requestLatency: include(standing.requestLatency, latencyOf('request'), fade),
    probeLatency: include(standing.probeLatency, latencyOf('probe'), fade),
  }
}

function include({ sum, weight }: DecayingMean, value: number | null, fade: number): DecayingMean {
  return { sum: sum * fade + (value ?? 0), weight: weight * fade + (value === null ? 0 : 1) }
}

function toHealth(endpoint: string, standing: Standing): EndpointHealth {
  const { healthy, lastCheckMs, total, success, requestLatency, probeLatency } = standing
  return {
    endpoint,
    healthy,
    lastCheckMs,
    total,
    successRate: meanOf(success),
    averageLatencyMs: meanOf(requestLatency.weight > 0 ? requestLatency : probeLatency),
  }
}

const meanOf = ({ sum, weight }: DecayingMean): number => (weight > 0 ? sum / weight : 0)
