import type { ChatEvent, JsonObject, UpstreamFailure } from '@gateway/core'
import { isJsonArray, numberOf, objectOf, objectsOf, stringOf } from '../json-fields.ts'
import { failureIn, judgeFailure } from './error.ts'
import { readFinish } from './finish.ts'
import { createItemReader } from './stream-items.ts'
import type { ItemReader } from './stream-items.ts'
import type { PartKind } from './stream-parts.ts'
import { readUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

/** Turns the events of one stream into those of the language. */
export interface ResponseEventReader {
  /** A failure ends the stream. */
  read(type: string, event: JsonObject): readonly ChatEvent[] | UpstreamFailure
}

export function createResponseEventReader(): ResponseEventReader {
  const items = createItemReader()
  let isStarted = false

  function start(response: JsonObject): readonly ChatEvent[] {
    if (isStarted) return []
    isStarted = true
    const created = numberOf(response.created_at)
    return [{ type: 'start', id: stringOf(response.id) ?? '', model: stringOf(response.model) ?? '', ...(created ? { created } : {}) }]
  }

  function finish(response: JsonObject): readonly ChatEvent[] {
    // Some servers stream nothing before the end.
    const rest = items.hasItems() ? [] : objectsOf(response.output).flatMap((item, index) => items.done({ item, output_index: index }))
    const { reason, status } = readFinish(response, items.callCount() > 0)
    const extras = status === undefined ? {} : { extras: { [PROTOCOL]: { status } } }
    const usage = readUsage(response.usage)
    return [
      ...rest,
      { type: 'finish', choice: 0, reason, ...extras },
      ...(Object.keys(usage).length > 0 ? [{ type: 'usage', usage } as const] : []),
      { type: 'end' },
    ]
  }

  return {
    read(type, event) {
      const response = objectOf(event.response)
      const failure = failureOf(type, event, response)
      if (failure !== null) return failure
      const events = readOne(type, event, items)
      const isEnd = type === 'response.completed' || type === 'response.incomplete'
      if (events.length === 0 && !isEnd && type !== 'response.created') return []
      return [...start(response), ...events, ...(isEnd ? finish(response) : [])]
    },
  }
}

/** A failed response, an `error` event, or an error in any other shape among the events. */
function failureOf(type: string, event: JsonObject, response: JsonObject): UpstreamFailure | null {
  if (type === 'response.failed' || type === 'error') return judgeFailure(event)
  return failureIn(event) ?? failureIn(response)
}

/** Pieces of parts, and the events that repeat such a part as a whole. */
const PIECES: ReadonlyMap<string, readonly [PartKind, isWhole: boolean]> = new Map([
  ['response.output_text.delta', ['text', false]],
  ['response.output_text.done', ['text', true]],
  ['response.refusal.delta', ['refusal', false]],
  ['response.refusal.done', ['refusal', true]],
  ['response.reasoning_summary_text.delta', ['summary', false]],
  ['response.reasoning_summary_text.done', ['summary', true]],
  ['response.reasoning_text.delta', ['words', false]],
  ['response.reasoning_text.done', ['words', true]],
  ['response.function_call_arguments.delta', ['call', false]],
  ['response.function_call_arguments.done', ['call', true]],
  ['response.custom_tool_call_input.delta', ['call', false]],
  ['response.custom_tool_call_input.done', ['call', true]],
])

function readOne(type: string, event: JsonObject, items: ItemReader): readonly ChatEvent[] {
  const piece = PIECES.get(type)
  if (piece !== undefined) return items.piece(piece[0], event, piece[1])
  if (type === 'response.output_item.added') return items.added(event)
  if (type === 'response.output_item.done') return items.done(event)
  if (type !== ANNOTATION || event.annotation === undefined || isJsonArray(event.annotation)) return []
  return [{ type: 'opaque-delta', choice: 0, protocol: PROTOCOL, value: { type: ANNOTATION, annotation: event.annotation } }]
}

/** An event, and the type of the opaque piece that it becomes. */
export const ANNOTATION = 'response.output_text.annotation.added'
