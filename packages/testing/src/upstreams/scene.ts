import type { Dialect } from './dialect.ts'
import type { ChatPart } from './openai/stream-events.ts'
import { send } from './script.ts'
import type { Head, Script, Step } from './script.ts'
import type { SaidUsage, Wire, WireEvent } from './wire.ts'

/** One request and the healthy answer to it: what a fault has to work with. */
export interface Scene {
  readonly wire: Wire
  readonly dialect: Dialect
  readonly model: string
  readonly isStreamed: boolean
  /** The healthy stream. Empty where the request does not stream. */
  readonly events: readonly WireEvent[]
  /** The healthy body. Empty where the request streams. */
  readonly body: string
  /** How much a whole body says, and what it says was used. */
  readonly contentDeltas: number
  readonly usage: SaidUsage | null
  /** How many content deltas go out before a fault in mid-stream strikes. */
  readonly afterDeltas: number
  /** Milliseconds since the epoch. */
  readonly nowMs: number
  /** What only Chat Completions have: `null` on every other wire. */
  readonly chat: ChatPart | null
}

/** What does not depend on the request. */
export interface SceneSettings {
  readonly answerWords: number
  readonly afterDeltas: number
  readonly nowMs: number
}

/** The answer that a server with no fault gives. */
export function healthyScript(scene: Scene): Script {
  return scene.isStreamed ? streamScript(scene, scene.events) : wholeScript(scene, scene.body)
}

/** Events as a script, one step an event. */
export function streamScript(scene: Scene, events: readonly WireEvent[], tail: readonly Step[] = []): Script {
  const steps = events.map((event) => send(event.text, { tokens: event.kind === 'token' ? 1 : 0, usage: event.usage }))
  return { head: scene.dialect.streamHead, steps: [...steps, ...tail] }
}

/** A whole answer that carries the scene's tokens and usage. */
export function wholeScript(scene: Scene, body: string | Uint8Array, headers: Head['headers'] = {}): Script {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const head = { status: 200, headers: { 'content-type': 'application/json', 'content-length': String(bytes.length), ...headers } }
  return { head, steps: [send(bytes, { tokens: scene.contentDeltas, usage: scene.usage })] }
}
