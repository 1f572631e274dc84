import { createCatalogue } from '../catalogue.ts'
import { createGateway } from '../gateway.ts'
import type { UsageRecord } from '../ports/usage-log.ts'
import type { Next } from '../stage.ts'
import { costOptimized } from '../strategies/cost-optimized.ts'
import { localFirst } from '../strategies/local-first.ts'
import { fakeClock } from './fake-clock.ts'
import { policy, pricer, provider, watchedBoard } from './parts.ts'
import { scriptedTransport, type Scene, type ScriptedTransport } from './scripted-transport.ts'

/** A whole gateway on a script: two providers that serve every model. */
export interface ScriptedGateway {
  readonly handle: Next
  readonly transport: ScriptedTransport
  readonly records: readonly UsageRecord[]
}

export function gateway(...scenes: readonly Scene[]): ScriptedGateway {
  const transport = scriptedTransport(...scenes)
  const records: UsageRecord[] = []
  const providers = [provider('one', { serves: ['*'] }), provider('two', { serves: ['*'] })]
  const handle = createGateway({
    catalogue: createCatalogue({ providers, models: [], pricer }),
    strategies: [costOptimized, localFirst],
    policy: policy({ maxAttempts: 2 }),
    transport,
    pricer,
    health: watchedBoard(),
    clock: fakeClock(),
    random: () => 0.5,
    record: (record) => records.push(record),
  })
  return { handle, transport, records }
}
