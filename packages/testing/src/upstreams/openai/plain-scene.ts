import type { Dialect } from '../dialect.ts'
import type { Scene, SceneSettings } from '../scene.ts'
import type { SaidUsage } from '../wire.ts'

/** An answer in one piece that says no words. */
export interface PlainAnswer {
  readonly dialect: Dialect
  readonly model: string
  readonly body: string
  /** `null`: the vendor states none. */
  readonly usage: SaidUsage | null
}

/** The scene of an answer that never streams. */
export function plainScene({ dialect, model, body, usage }: PlainAnswer): (settings: SceneSettings) => Scene {
  return ({ afterDeltas, nowMs }) => ({
    wire: 'openai-plain',
    dialect: { ...dialect, emptyBody: {} },
    model,
    isStreamed: false,
    events: [],
    body,
    contentDeltas: 0,
    usage,
    afterDeltas,
    nowMs,
    chat: null,
  })
}
