import { createAttempt } from './attempt/attempt.ts'
import type { AttemptPolicy } from './attempt/attempt-policy.ts'
import type { Catalogue } from './catalogue.ts'
import type { Clock } from './ports/clock.ts'
import type { HealthBoard } from './ports/health-board.ts'
import type { Pricer } from './ports/pricer.ts'
import type { Random } from './ports/random.ts'
import type { Transport } from './ports/transport.ts'
import type { UsageRecord } from './ports/usage-log.ts'
import { compose, type Next } from './stage.ts'
import { route } from './stages/route.ts'
import { settle } from './stages/settle.ts'
import type { Strategy } from './strategies/strategy.ts'

/** Everything a gateway is made of. Each part is a port or plain data, so each can be replaced. */
export interface GatewayParts {
  readonly catalogue: Catalogue
  /** By name, the default first. */
  readonly strategies: readonly Strategy[]
  readonly policy: AttemptPolicy
  readonly transport: Transport
  readonly pricer: Pricer
  readonly health: HealthBoard
  readonly clock: Clock
  readonly random: Random
  /** Hears of each request exactly once, when it has ended. Must return at once and not throw. */
  readonly record: (record: UsageRecord) => void
}

/** The whole request path, outermost first. Read this list to know what a request goes through. */
export function createGateway(parts: GatewayParts): Next {
  return compose([settle(parts), route(parts)], createAttempt(parts))
}
