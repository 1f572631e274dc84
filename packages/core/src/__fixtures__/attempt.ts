import { createAttempt } from '../attempt/attempt.ts'
import type { AttemptPolicy } from '../attempt/attempt-policy.ts'
import type { Exchange, Reply } from '../stage.ts'
import { connectedClient, type Client } from './client.ts'
import { fakeClock, type FakeClock } from './fake-clock.ts'
import { candidate, exchange, policy, STREAMED, watchedBoard, type WatchedBoard } from './parts.ts'
import { scriptedTransport, type Scene, type ScriptedTransport } from './scripted-transport.ts'

/** The attempt loop on a script: two candidates of different providers, one scene a request. */
export interface Attempted {
  readonly clock: FakeClock
  readonly client: Client
  readonly transport: ScriptedTransport
  readonly health: WatchedBoard
  /** What was deferred. */
  readonly deferred: readonly Promise<unknown>[]
  ask(overrides?: Partial<Exchange>): Promise<Reply>
  /** Asks for a stream. */
  stream(overrides?: Partial<Exchange>): Promise<Reply>
}

export function attempt(scenes: readonly Scene[], settings: Partial<AttemptPolicy> = {}): Attempted {
  const clock = fakeClock()
  const client = connectedClient()
  const transport = scriptedTransport(...scenes)
  const health = watchedBoard()
  const deferred: Promise<unknown>[] = []
  const loop = createAttempt({ policy: policy(settings), transport, health, clock, random: () => 0.5 })
  const candidates = [candidate('one'), candidate('two')]
  const defer: Exchange['defer'] = (work) => void deferred.push(work)
  const ask: Attempted['ask'] = (overrides) => loop(exchange({ candidates, signal: client.signal, defer, ...overrides }))
  return { clock, client, transport, health, deferred, ask, stream: (overrides) => ask({ request: STREAMED, ...overrides }) }
}
