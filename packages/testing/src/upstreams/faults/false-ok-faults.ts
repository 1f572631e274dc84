import { pause, send, whole } from '../script.ts'
import type { Script, Step } from '../script.ts'
import { streamScript } from '../scene.ts'
import type { Scene } from '../scene.ts'
import { sse } from '../wire.ts'
import type { WireEvent } from '../wire.ts'
import type { Act, FaultEntry } from './entry.ts'

/** A 200 that turns out to be no answer, before its first token. */
export type FalseOkFault =
  | 'error-in-200'
  | 'error-first-event'
  | 'html-200'
  | 'empty-200'
  | 'no-content-204'
  | 'cut-json'
  | 'empty-stream'
  | 'empty-choices'
  | 'body-never'
  | 'first-token-never'
  | 'reset-before-first-token'

export const FALSE_OK_FAULTS: Readonly<Record<FalseOkFault, FaultEntry>> = {
  'error-in-200': entry('F12', 'a 200 whose body is an error in JSON, stream or not', errorInOk),
  'error-first-event': entry('F12', 'a 200 stream whose first event is an error', byMode(errorFirstEvent, errorInOk)),
  'html-200': entry('F7', 'a 200 with a page of HTML from a CDN', () => whole(200, HTML, { 'content-type': 'text/html; charset=utf-8' })),
  'empty-200': entry('F7', 'a 200 with no body', (scene) => whole(200, '', scene.isStreamed ? scene.dialect.streamHead.headers : {})),
  'no-content-204': entry('F7', 'a 204', () => ({ head: { status: 204, headers: {} }, steps: [] })),
  'cut-json': entry('F7', 'JSON that stops in the middle, with a clean end', byMode(cutFirstEvent, cutBody)),
  'empty-stream': entry('F7', 'a stream of [DONE] alone, or of nothing where a wire has no such end', byMode(doneAlone, emptyBody)),
  'empty-choices': {
    ...entry('F7', 'choices: [] (candidates: []) and nothing else', byMode(emptyEvents, emptyBody)),
    on: ['openai-chat', 'gemini'],
  },
  'body-never': entry('F5', 'headers of a 200, then silence', (scene) => ({ head: headOf(scene), steps: [{ kind: 'stall' }] })),
  'first-token-never': entry('F5', 'headers and the role, then silence', (scene) => opening(scene, [{ kind: 'stall' }])),
  'reset-before-first-token': entry('F4', 'headers and the role, then RST', (scene) => opening(scene, [pause, { kind: 'reset' }])),
}

/** An answer of the scene's kind: `streamed` for streams, `plain` for the others. */
export function byMode(streamed: Act, plain: Act): Act {
  return (scene) => (scene.isStreamed ? streamed(scene) : plain(scene))
}

/** A whole body that stops halfway although its length was announced, and what comes then. */
export function halfBody(scene: Scene, then: readonly Step[]): Script {
  const bytes = new TextEncoder().encode(scene.body)
  const half = send(bytes.slice(0, Math.floor(bytes.length / 2)))
  return {
    head: { status: 200, headers: { 'content-type': 'application/json', 'content-length': String(bytes.length) } },
    steps: [half, ...then],
  }
}

/** A body of half the JSON, ended cleanly. */
export function cutBody(scene: Scene): Script {
  return {
    head: { status: 200, headers: { 'content-type': 'application/json' } },
    steps: [send(scene.body.slice(0, scene.body.length / 2))],
  }
}

/** A 200 with an error in JSON. */
export function errorInOk(scene: Scene): Script {
  return whole(200, JSON.stringify(scene.dialect.lateError.body))
}

function entry(family: FaultEntry['family'], says: string, act: Act): FaultEntry {
  return { family, says, act, whole: 'fails-over', streamed: 'fails-over' }
}

function headOf(scene: Scene): Script['head'] {
  return scene.isStreamed ? scene.dialect.streamHead : { status: 200, headers: { 'content-type': 'application/json' } }
}

function errorFirstEvent(scene: Scene): Script {
  return { head: scene.dialect.streamHead, steps: [send(scene.dialect.lateError.event)] }
}

function cutFirstEvent(scene: Scene): Script {
  return { head: scene.dialect.streamHead, steps: [send(scene.dialect.halfEvent)] }
}

function doneAlone(scene: Scene): Script {
  const { emptyStream } = scene.dialect
  return { head: scene.dialect.streamHead, steps: emptyStream === '' ? [] : [send(emptyStream)] }
}

function emptyEvents(scene: Scene): Script {
  const rest = scene.events.filter((event) => event.kind === 'done' || event.kind === 'usage')
  return rest.length > 0 ? streamScript(scene, rest) : streamScript(scene, [], [send(sse(scene.dialect.emptyBody))])
}

function emptyBody(scene: Scene): Script {
  return whole(200, JSON.stringify(scene.dialect.emptyBody))
}

function opening(scene: Scene, then: readonly Step[]): Script {
  if (!scene.isStreamed) return halfBody(scene, then)
  return streamScript(scene, beforeFirstToken(scene.events), then)
}

function beforeFirstToken(events: readonly WireEvent[]): readonly WireEvent[] {
  const first = events.findIndex((event) => event.kind === 'token' || event.kind === 'finish')
  return events.slice(0, first < 0 ? events.length : first)
}

const HTML = '<!DOCTYPE html><html><head><title>Please wait...</title></head><body><h1>Checking your browser</h1></body></html>'
