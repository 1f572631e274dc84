import type { UpstreamFailure } from '../failure.ts'
import { GatewayError } from '../gateway-error.ts'
import { interruptionOf } from '../interruption.ts'
import type { Clock } from '../ports/clock.ts'
import type { HealthBoard } from '../ports/health-board.ts'
import type { Random } from '../ports/random.ts'
import type { Transport } from '../ports/transport.ts'
import type { Target } from '../provider.ts'
import type { Exchange, Next } from '../stage.ts'
import type { AttemptPolicy } from './attempt-policy.ts'
import type { AttemptRecord } from './attempt-record.ts'
import { ladderError } from './ladder-error.ts'
import { nextStep, type FailedAttempt } from './ladder.ts'
import { pause } from './pause.ts'
import { tryTarget, type Outcome } from './try-target.ts'

export interface AttemptParts {
  readonly policy: AttemptPolicy
  readonly transport: Transport
  readonly health: HealthBoard
  readonly clock: Clock
  readonly random: Random
}

/** The one loop that tries: asks the candidates in their order until one answers or the ladder ends. */
export function createAttempt(parts: AttemptParts): Next {
  return async (exchange) => {
    const { clock, policy } = parts
    const deadline = clock.now() + policy.clocks.totalMs
    const failed: FailedAttempt[] = []
    const attempts: AttemptRecord[] = []
    for (;;) {
      const state = { candidates: exchange.candidates, failed, remainingMs: deadline - clock.now() }
      const step = nextStep(state, policy, parts.random)
      if (step.kind === 'stop') throw ladderError(attempts, failed)
      if (step.delayMs > 0) await pause(step.delayMs, clock, exchange.signal)
      if (exchange.signal.aborted) throw interrupted(exchange.signal, attempts)
      const { candidate, shareMs } = step
      const { target } = candidate
      const report = healthReport(parts, target)
      const startedAt = clock.now()
      const outcome = await tryTarget(parts, { exchange, target, shareMs, deadline, onBroken: report })
      attempts.push(toRecord(outcome, target, { exchange, latencyMs: Math.round(clock.now() - startedAt) }))
      if (!outcome.ok && exchange.signal.aborted) throw interrupted(exchange.signal, attempts)
      report(outcome.ok ? null : outcome.failure)
      if (outcome.ok) return { target, attempts, strategy: '', warnings: outcome.warnings, body: outcome.body }
      failed.push({ candidate, failure: outcome.failure, cause: outcome.cause })
    }
  }
}

/**
 * Tells the board how an attempt went: well at the commit point, and badly as well if the stream breaks off after it. A request
 * that was at fault itself says nothing about the endpoint.
 */
function healthReport({ health, clock }: AttemptParts, target: Target): (failure: UpstreamFailure | null) => void {
  const startedAt = clock.now()
  return (failure) => {
    if (failure?.scope === 'request' || failure?.scope === 'model') return
    const latencyMs = clock.now() - startedAt
    health.report(target.endpoint.name, { ok: failure === null, atMs: clock.epochMs(), latencyMs, source: 'request' })
  }
}

interface Seen {
  readonly exchange: Exchange
  readonly latencyMs: number
}

function toRecord(outcome: Outcome, { provider, endpoint, model }: Target, { exchange, latencyMs }: Seen): AttemptRecord {
  const tried = { provider: provider.name, endpoint: endpoint.name, model, latencyMs }
  if (outcome.ok) return { ...tried, outcome: 'success', status: 200, message: null }
  // Whatever the upstream did when its connection was closed, it was not its fault.
  if (exchange.signal.aborted) return { ...tried, outcome: 'cancelled', status: null, message: interruptionOf(exchange.signal).message }
  const { reason, status = null, message } = outcome.failure
  return { ...tried, outcome: reason, status, message }
}

function interrupted(signal: AbortSignal, attempts: readonly AttemptRecord[]): GatewayError {
  const { code, message } = interruptionOf(signal)
  return new GatewayError(code, message, { attempts })
}
