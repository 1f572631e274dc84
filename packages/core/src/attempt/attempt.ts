import type { UpstreamFailure } from '../failure.ts'
import { GatewayError } from '../gateway-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { HealthBoard } from '../ports/health-board.ts'
import type { Random } from '../ports/random.ts'
import type { Transport } from '../ports/transport.ts'
import type { Exchange, Next, Reply } from '../stage.ts'
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
      throwIfClosed(exchange, attempts)
      const startedAt = clock.now()
      const outcome = await tryTarget(parts, { exchange, target: step.candidate.target, shareMs: step.shareMs, deadline })
      const target = step.candidate.target
      const latencyMs = clock.now() - startedAt
      attempts.push(toRecord(outcome, target, latencyMs))
      if (!outcome.ok) throwIfClosed(exchange, attempts)
      reportHealth(parts, outcome, { endpoint: target.provider.endpoint.name, latencyMs })
      if (outcome.ok) return toReply(outcome, { target, attempts })
      failed.push({ candidate: step.candidate, failure: outcome.failure })
    }
  }
}

/** A request that was at fault itself says nothing about the endpoint. */
function reportHealth({ health, clock }: AttemptParts, outcome: Outcome, seen: { readonly endpoint: string; readonly latencyMs: number }): void {
  if (!outcome.ok && (outcome.failure.scope === 'request' || outcome.failure.scope === 'model')) return
  health.report(seen.endpoint, { ok: outcome.ok, atMs: clock.epochMs(), latencyMs: seen.latencyMs, source: 'request' })
}

type Answered = Extract<Outcome, { ok: true }>

function toReply(outcome: Answered, { target, attempts }: Pick<Reply, 'target' | 'attempts'>): Reply {
  return { target, attempts, strategy: '', warnings: outcome.warnings, body: outcome.body }
}

function toRecord(outcome: Outcome, { provider, model }: Reply['target'], latencyMs: number): AttemptRecord {
  const failure: UpstreamFailure | null = outcome.ok ? null : outcome.failure
  return {
    provider: provider.name,
    endpoint: provider.endpoint.name,
    model,
    outcome: failure?.reason ?? 'success',
    status: failure ? (failure.status ?? null) : 200,
    message: failure?.message ?? null,
    latencyMs: Math.round(latencyMs),
  }
}

function throwIfClosed({ signal }: Exchange, attempts: readonly AttemptRecord[]): void {
  if (signal.aborted) throw new GatewayError('client-closed', 'The client closed the request.', { attempts })
}
