import type { Scene } from '../scene.ts'
import type { Script } from '../script.ts'
import type { Wire } from '../wire.ts'

/**
 * What a gateway with a second, healthy candidate owes its client:
 * - `answers`: nothing is wrong enough to be seen, the answer is complete
 * - `fails-over`: the other candidate answers, and nothing shows
 * - `refuses`: the request itself is at fault, the client gets its 4xx
 * - `breaks`: tokens are already out, so a typed error ends the stream, never a clean end
 */
export type Outcome = 'answers' | 'fails-over' | 'refuses' | 'breaks'

/** One way for a server to fail: its family in the fault matrix, what a gateway owes for it, and how it is played. */
export interface FaultEntry {
  readonly family: 'F1' | 'F4' | 'F5' | 'F7' | 'F8' | 'F9' | 'F10' | 'F11' | 'F12' | 'F13' | 'F14'
  readonly says: string
  /** For an answer in one piece. */
  readonly whole: Outcome
  /** For a stream. */
  readonly streamed: Outcome
  /** Read as they are, the bytes of its stream break the vendor's own client: somebody must write them anew on the way. */
  readonly breaksClients?: true
  /** The wires on which it exists; all of them where this is left out. */
  readonly on?: readonly Wire[]
  readonly act: Act
}

export type Act = (scene: Scene) => Script
