import { answerTo, onlyChoice } from '../answer.ts'
import { fixed } from '../api.ts'
import type { Call, Identity, Reply } from '../api.ts'
import { complaintFor } from '../complaint.ts'
import type { Dialect } from '../dialect.ts'
import type { Scene, SceneSettings } from '../scene.ts'
import { json } from '../script.ts'
import type { WireEvent } from '../wire.ts'
import { sse } from '../wire.ts'
import { checkResponse } from './check-response.ts'
import { chatDialect, LATE } from './dialect.ts'
import { failedBody, outputOf, responseBody } from './response-body.ts'
import type { ResponseSpeech } from './response-body.ts'
import { responseEvents } from './response-events.ts'
import { lastUserText, promptOfResponse } from './response-prompt.ts'
import { itemsOf } from './response-request.ts'
import type { ResponseRequest } from './response-request.ts'
import type { ResponseStore } from './response-store.ts'

export interface ResponseHouse {
  readonly identity: Identity
  readonly store: ResponseStore
}

/** The answer to a POST to `…/responses`. */
export function responseReply(call: Call, house: ResponseHouse): Reply {
  const { refuse } = chatDialect(house.identity.vendor, '')
  const checked = checkResponse(call.body, house.store)
  if ('complaint' in checked) return fixed(refuse(checked.complaint), true)
  const { request } = checked
  if (!house.identity.models.includes(request.model)) return fixed(refuse(complaintFor(404, request.model)), true)
  return {
    kind: 'played',
    wire: 'openai-responses',
    wish: { field: request.x_simulate, text: lastUserText(itemsOf(request.input)) },
    scene: (settings) => sceneFor(request, { ...house, call }, settings),
  }
}

/** A kept answer, read or deleted; `null` for any other path. */
export function keptReply(call: Call, { identity, store }: ResponseHouse): Reply | null {
  const id = /\/responses\/([^/]+)$/.exec(call.url.pathname)?.[1]
  if (id === undefined) return null
  const kept = store.find(id)
  if (kept === undefined) {
    const message = `Response with id '${id}' not found.`
    return fixed(chatDialect(identity.vendor, '').refuse({ status: 404, message, type: 'invalid_request_error', code: null }))
  }
  if (call.method !== 'DELETE') return fixed(json(200, kept.body))
  return fixed(json(200, { id, object: 'response', deleted: store.forget(id) }))
}

function sceneFor(
  request: ResponseRequest,
  { identity, store, call }: ResponseHouse & { readonly call: Call },
  settings: SceneSettings,
): Scene {
  const before = store.find(request.previous_response_id ?? '')
  const answer = answerTo(promptOfResponse(request, before?.tokens ?? 0), settings.answerWords)
  const id = `resp_${identity.name}_${call.serial}`
  const speech = { id, name: identity.name, createdAt: Math.floor(settings.nowMs / 1000), request, answer }
  const body = responseBody(speech)
  const tokens = answer.usage.promptTokens + answer.usage.completionTokens
  if (request.store !== false) store.keep({ id, body, output: outputOf(speech), tokens })
  const isStreamed = request.stream === true
  const events = isStreamed ? responseEvents(speech) : []
  return {
    wire: 'openai-responses',
    dialect: responseDialect(speech, { events, afterDeltas: settings.afterDeltas, identity }),
    model: request.model,
    isStreamed,
    events,
    body: isStreamed ? '' : JSON.stringify(body),
    contentDeltas: onlyChoice(answer).tokens.length,
    usage: answer.usage,
    afterDeltas: settings.afterDeltas,
    nowMs: settings.nowMs,
    chat: null,
  }
}

interface Stream {
  readonly events: readonly WireEvent[]
  readonly afterDeltas: number
  readonly identity: Identity
}

/** Errors in mid-stream have the number that the event would have had in whose place they come. */
function responseDialect(speech: ResponseSpeech, { events, afterDeltas, identity }: Stream): Dialect {
  const chat = chatDialect(identity.vendor, speech.request.model)
  const next = events.filter((event) => event.kind === 'token')[afterDeltas]
  const sequence = next === undefined ? events.length - 1 : events.indexOf(next)
  const error = { type: 'error', code: LATE.code, message: LATE.message, param: null, sequence_number: sequence }
  const failed = { type: 'response.failed', response: failedBody(speech), sequence_number: sequence }
  return {
    ...chat,
    lateError: { body: chat.lateError.body, event: sse(error, 'error') },
    halfEvent: 'event: response.created\ndata: {"type":"response.created","respon',
    emptyStream: '',
    emptyBody: { ...responseBody(speech), output: [] },
    failure: { body: failed.response, event: sse(failed, failed.type) },
  }
}
