import type { Answer } from './answer.ts'
import { answerTo } from './answer.ts'
import type { ChatRequest } from './chat-request.ts'
import { completionBody } from './completion.ts'
import type { Speaker } from './completion.ts'
import { send } from './script.ts'
import type { Head, Script } from './script.ts'
import { streamEvents, streamScript } from './stream-events.ts'
import type { StreamEvent } from './stream-events.ts'
import { errorBody } from './vendor-errors.ts'

/** One chat request and the healthy answer to it: what a fault has to work with. */
export interface Scene {
  readonly request: ChatRequest
  readonly speaker: Speaker
  readonly answer: Answer
  /** The healthy stream. Empty where the request does not stream. */
  readonly events: readonly StreamEvent[]
  /** The healthy body. Empty where the request streams. */
  readonly body: string
  readonly isStreamed: boolean
  /** How many content deltas go out before a fault in mid-stream strikes. */
  readonly afterDeltas: number
  /** Milliseconds since the epoch. */
  readonly nowMs: number
}

/** Sets the scene for a request. */
export function sceneFor(request: ChatRequest, speaker: Speaker, settings: SceneSettings): Scene {
  const answer = answerTo(request, settings.answerWords)
  const isStreamed = request.stream === true
  return {
    request,
    speaker,
    answer,
    events: isStreamed ? streamEvents(request, answer, speaker) : [],
    body: isStreamed ? '' : JSON.stringify(completionBody(request, answer, speaker)),
    isStreamed,
    afterDeltas: settings.afterDeltas,
    nowMs: settings.nowMs,
  }
}

export interface SceneSettings {
  readonly answerWords: number
  readonly afterDeltas: number
  readonly nowMs: number
}

/** The answer that a server with no fault gives. */
export function healthyScript(scene: Scene): Script {
  return scene.isStreamed ? streamScript(scene.events) : wholeScript(scene, scene.body)
}

/** A whole answer that carries the scene's tokens and usage. */
export function wholeScript(scene: Scene, body: string | Uint8Array, headers: Head['headers'] = {}): Script {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const tokens = scene.answer.choices.reduce((sum, choice) => sum + choice.tokens.length, 0)
  const head = { status: 200, headers: { 'content-type': 'application/json', 'content-length': String(bytes.length), ...headers } }
  return { head, steps: [send(bytes, { tokens, usage: scene.answer.usage })] }
}

/** An error in the vendor's shape, of a kind that comes inside a 200. */
export function lateError(scene: Scene): unknown {
  const message = 'The server had an error while processing your request'
  return errorBody(scene.speaker.vendor, { status: 503, message, type: 'server_error', code: 'server_error' })
}
