import type { ChatPart } from '../openai/stream-events.ts'
import { DONE } from '../openai/stream-events.ts'
import { errorBody } from '../openai/vendor-errors.ts'
import { healthyScript, streamScript } from '../scene.ts'
import type { Scene } from '../scene.ts'
import { json, pause, send } from '../script.ts'
import type { Script, Step } from '../script.ts'
import { sse } from '../wire.ts'
import type { WireEvent } from '../wire.ts'
import type { Act, FaultEntry } from './entry.ts'
import { byMode, cutBody, errorInOk, halfBody } from './false-ok-faults.ts'

/** An answer that began well. With `afterDeltas: 0` each of these strikes before the first token. */
export type MidStreamFault =
  | 'stall-mid-stream'
  | 'reset-mid-stream'
  | 'hang-up-mid-stream'
  | 'end-inside-chunk'
  | 'end-inside-event'
  | 'end-without-finish'
  | 'error-mid-stream'
  | 'error-mid-stream-then-done'
  | 'error-event-mid-stream'
  | 'error-in-chunk-mid-stream'
  | 'runner-killed'
  | 'failed-mid-stream'

export const MID_STREAM_FAULTS: Readonly<Record<MidStreamFault, FaultEntry>> = {
  'stall-mid-stream': entry('F5', 'silence after some tokens', cutShort([{ kind: 'stall' }], [{ kind: 'stall' }])),
  'reset-mid-stream': entry('F4', 'RST after some tokens', cutShort([pause, { kind: 'reset' }], [pause, { kind: 'reset' }])),
  'hang-up-mid-stream': entry('F4', 'FIN between two chunks of the body', cutShort([pause, { kind: 'hang-up' }], [{ kind: 'hang-up' }])),
  'end-inside-chunk': entry('F13', 'FIN inside a chunk of the body', cutShort([pause, { kind: 'break-chunk' }], [{ kind: 'hang-up' }])),
  'end-inside-event': entry('F13', 'half an event, then a clean end', byMode(endInsideEvent, cutBody)),
  'end-without-finish': entry(
    'F13',
    'a clean end with neither a reason for it nor a terminal event',
    byMode((scene) => cut(scene, []), cutBody),
  ),
  'error-mid-stream': entry(
    'F12',
    "the wire's own error event after some tokens",
    byMode((scene) => cut(scene, [lateError(scene)]), errorInOk),
  ),
  'error-mid-stream-then-done': {
    ...entry(
      'F12',
      'data: {"error":…} after some tokens, and [DONE] after it',
      byMode((scene) => cut(scene, [lateError(scene), send(DONE)]), errorInOk),
    ),
    on: ['openai-chat', 'openai-completions', 'workers-ai'],
  },
  'error-event-mid-stream': chatOnly(entry('F12', 'event: error, as Groq sends it', byMode(groqError, errorInOk))),
  'error-in-chunk-mid-stream': chatOnly(
    entry('F12', 'an error beside choices, as OpenRouter sends it', byMode(onChat(openRouterError), errorInOk)),
  ),
  'runner-killed': chatOnly(
    entry('F13', 'one chunk with an empty model and a clean end, as Ollama sends it', byMode(onChat(ollamaKilled), ollamaError)),
  ),
  'failed-mid-stream': {
    ...entry('F12', 'response.failed after some tokens; a whole answer whose status is "failed"', failed),
    on: ['openai-responses'],
  },
}

function failed(scene: Scene): Script {
  const { failure } = scene.dialect
  if (failure === undefined) return healthyScript(scene)
  return scene.isStreamed ? cut(scene, [send(failure.event)]) : json(200, failure.body)
}

/** An act that needs what only Chat Completions have. */
export function onChat(act: (scene: Scene, chat: ChatPart) => Script): Act {
  return (scene) => (scene.chat === null ? healthyScript(scene) : act(scene, scene.chat))
}

/** The same entry, on Chat Completions alone. */
export function chatOnly(rest: FaultEntry): FaultEntry {
  return { ...rest, on: ['openai-chat'] }
}

function entry(family: FaultEntry['family'], says: string, act: Act): FaultEntry {
  return { family, says, act, whole: 'fails-over', streamed: 'breaks' }
}

/** Breaks off a stream with some steps, or a whole body halfway with others. */
function cutShort(streamEnd: readonly Step[], bodyEnd: readonly Step[]): Act {
  return byMode(
    (scene) => cut(scene, streamEnd),
    (scene) => halfBody(scene, bodyEnd),
  )
}

/** The healthy stream up to so many deltas, and what comes then. */
function cut(scene: Scene, then: readonly Step[]): Script {
  return streamScript(scene, opening(scene), then)
}

function opening(scene: Scene): readonly WireEvent[] {
  const tokens = scene.events.filter((event) => event.kind === 'token')
  const next = tokens[scene.afterDeltas]
  const end = next === undefined ? scene.events.findIndex((event) => event.kind === 'finish') : scene.events.indexOf(next)
  return scene.events.slice(0, end < 0 ? scene.events.length : end)
}

function endInsideEvent(scene: Scene): Script {
  const next = scene.events[opening(scene).length]
  const text = next?.text ?? scene.dialect.halfEvent
  return cut(scene, [send(text.slice(0, text.length / 2))])
}

function lateError(scene: Scene): Step {
  return send(scene.dialect.lateError.event)
}

function groqError(scene: Scene): Script {
  const error = { message: 'Tool call validation failed', type: 'invalid_request_error', code: 'tool_use_failed', status_code: 400 }
  return cut(scene, [send(sse({ error }, 'error'))])
}

function openRouterError(scene: Scene, chat: ChatPart): Script {
  const chunk = {
    id: chat.speaker.id,
    object: 'chat.completion.chunk',
    created: chat.speaker.created,
    model: scene.model,
    provider: 'Simulated',
    error: { code: 'server_error', message: 'Provider disconnected unexpectedly' },
    choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
  }
  return cut(scene, [send(sse(chunk))])
}

function ollamaKilled(scene: Scene, chat: ChatPart): Script {
  const chunk = {
    id: chat.speaker.id,
    object: 'chat.completion.chunk',
    created: chat.speaker.created,
    model: '',
    system_fingerprint: 'fp_ollama',
    choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
  }
  return cut(scene, [send(sse(chunk))])
}

function ollamaError(): Script {
  const message = 'an error was encountered while running the model: unexpected EOF'
  return json(500, errorBody('ollama', { status: 500, message, type: 'api_error', code: null }))
}
