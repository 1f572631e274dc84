import type { EndpointHealth } from '@gateway/core'
import type { Handler } from 'hono'
import type { ServerEnv, ServerParts } from '../server-parts.ts'

/** `GET /health`: for load balancers and for people. Names providers, never their addresses. */
export function health({ health: board, clock, settings, isDraining }: ServerParts): Handler<ServerEnv> {
  return (context) => {
    const endpoints = board.list()
    const status = isDraining?.() ? 'unhealthy' : statusOf(endpoints)
    const body = {
      status,
      edge: settings.edge,
      timestamp: new Date(clock.epochMs()).toISOString(),
      worker: 'gateway',
      version: settings.version,
      features: { turnstile: false, rate_limiting: false, model_gateway: true, failover: true },
      providers: Object.fromEntries(endpoints.map((endpoint) => [endpoint.endpoint, toProvider(endpoint)])),
    }
    return context.json(body, status === 'unhealthy' ? 503 : 200)
  }
}

function statusOf(endpoints: readonly EndpointHealth[]): 'healthy' | 'degraded' | 'unhealthy' {
  const healthy = endpoints.filter((endpoint) => endpoint.healthy).length
  if (healthy === endpoints.length) return 'healthy'
  return healthy > 0 ? 'degraded' : 'unhealthy'
}

function toProvider(endpoint: EndpointHealth): Record<string, boolean | number | string> {
  return {
    healthy: endpoint.healthy,
    latency_ms: Math.round(endpoint.averageLatencyMs),
    success_rate: endpoint.successRate,
    last_check: new Date(endpoint.lastCheckMs).toISOString(),
  }
}
