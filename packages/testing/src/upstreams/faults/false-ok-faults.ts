import { pause, send, SSE_HEAD, whole } from '../script.ts'
import type { Script, Step } from '../script.ts'
import { lateError } from '../scene.ts'
import type { Scene } from '../scene.ts'
import { streamScript } from '../stream-events.ts'
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
  'empty-200': entry('F7', 'a 200 with no body', (scene) => whole(200, '', scene.isStreamed ? SSE_HEAD.headers : {})),
  'no-content-204': entry('F7', 'a 204', () => ({ head: { status: 204, headers: {} }, steps: [] })),
  'cut-json': entry('F7', 'JSON that stops in the middle, with a clean end', byMode(cutFirstEvent, cutBody)),
  'empty-stream': entry(
    'F7',
    'a stream of [DONE] alone',
    byMode(doneAlone, (scene) => emptyChoices(scene)),
  ),
  'empty-choices': entry(
    'F7',
    'choices: [] and nothing else',
    byMode(usageAlone, (scene) => emptyChoices(scene)),
  ),
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
  return whole(200, JSON.stringify(lateError(scene)))
}

function entry(family: FaultEntry['family'], says: string, act: Act): FaultEntry {
  return { family, says, act, whole: 'fails-over', streamed: 'fails-over' }
}

function headOf(scene: Scene): Script['head'] {
  return scene.isStreamed ? SSE_HEAD : { status: 200, headers: { 'content-type': 'application/json' } }
}

function errorFirstEvent(scene: Scene): Script {
  return { head: SSE_HEAD, steps: [send(`data: ${JSON.stringify(lateError(scene))}\n\n`)] }
}

function cutFirstEvent(): Script {
  return { head: SSE_HEAD, steps: [send('data: {"id":"chatcmpl-cut","object":"chat.comp')] }
}

function doneAlone(): Script {
  return { head: SSE_HEAD, steps: [send('data: [DONE]\n\n')] }
}

function usageAlone(scene: Scene): Script {
  return streamScript(scene.events.filter((event) => event.kind === 'done' || event.kind === 'usage'))
}

function emptyChoices(scene: Scene): Script {
  return whole(200, JSON.stringify({ id: scene.speaker.id, object: 'chat.completion', model: scene.answer.model, choices: [] }))
}

function opening(scene: Scene, then: readonly Step[]): Script {
  if (!scene.isStreamed) return halfBody(scene, then)
  return streamScript(
    scene.events.filter((event) => event.kind === 'comment' || event.kind === 'role'),
    then,
  )
}

const HTML = '<!DOCTYPE html><html><head><title>Please wait...</title></head><body><h1>Checking your browser</h1></body></html>'
