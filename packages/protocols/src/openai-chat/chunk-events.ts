import type { ChatEvent, Json, JsonObject } from '@gateway/core'
import { isJsonArray, numberOf, objectOf, objectsOf, stringOf } from '../json-fields.ts'
import { thinkingText } from './assistant.ts'
import { readFinishReason } from './finish-reason.ts'
import { createToolCallReader } from './tool-call-events.ts'
import type { ToolCallReader } from './tool-call-events.ts'
import { readUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

/** Turns chunks into events; keeps what has been seen of each choice. */
export interface ChunkReader {
  read(chunk: JsonObject): readonly ChatEvent[]
  /** True once at least one choice has been seen and each has its finish reason. */
  isFinished(): boolean
}

export function createChunkReader(): ChunkReader {
  let id: string | null = null
  const choices = new Map<number, ChoiceState>()

  function start(chunk: JsonObject): readonly ChatEvent[] {
    if (id !== null) return []
    id = stringOf(chunk.id) ?? ''
    return [startEvent(chunk, id)]
  }

  function stateOf(index: number): ChoiceState {
    const known = choices.get(index)
    if (known) return known
    const state = { isFinished: false, toolCalls: createToolCallReader(index, id ?? '') }
    choices.set(index, state)
    return state
  }

  return {
    read(chunk) {
      const usage = readUsage(chunk)
      const hasUsage = Object.keys(usage).length > 0
      const wireChoices = objectsOf(chunk.choices)
      // Azure opens with a chunk without choices, id and model.
      if (wireChoices.length === 0 && !hasUsage) return []
      const events = [...start(chunk)]
      for (const [position, choice] of wireChoices.entries()) {
        const index = numberOf(choice.index) ?? position
        events.push(...readChoice(choice, index, stateOf(index)))
      }
      if (hasUsage) events.push({ type: 'usage', usage })
      return events
    },
    isFinished: () => choices.size > 0 && [...choices.values()].every((choice) => choice.isFinished),
  }
}

interface ChoiceState {
  isFinished: boolean
  readonly toolCalls: ToolCallReader
}

function startEvent(chunk: JsonObject, id: string): ChatEvent {
  const created = numberOf(chunk.created)
  const extras: { [field: string]: Json } = {}
  for (const field of START_EXTRAS) {
    const value = chunk[field]
    if (value !== undefined && value !== null) extras[field] = value
  }
  return {
    type: 'start',
    id,
    model: stringOf(chunk.model) ?? '',
    ...(created ? { created } : {}),
    ...(Object.keys(extras).length > 0 && { extras: { [PROTOCOL]: extras } }),
  }
}

const START_EXTRAS = ['system_fingerprint', 'service_tier', 'provider'] as const

/** Parts of a delta that the language has no word for and that are more than decoration. */
const CARRIED = ['audio', 'images', 'annotations', 'reasoning_details'] as const

function readChoice(choice: JsonObject, index: number, state: ChoiceState): readonly ChatEvent[] {
  const delta = objectOf(choice.delta)
  const events = [...readDelta(delta, index, choice.logprobs), ...state.toolCalls.read(delta)]
  const word = stringOf(choice.finish_reason)
  if (word && !state.isFinished) {
    state.isFinished = true
    const reason = readFinishReason(word)
    const extras = reason === 'other' ? { extras: { [PROTOCOL]: { finish_reason: word } } } : {}
    events.push({ type: 'finish', choice: index, reason, ...extras })
  }
  return events
}

function readDelta(delta: JsonObject, choice: number, wireLogprobs: Json | undefined): readonly ChatEvent[] {
  const events: ChatEvent[] = []
  const logprobs = wireLogprobs === undefined || wireLogprobs === null ? {} : { logprobs: wireLogprobs }
  const reasoning = stringOf(delta.reasoning_content) || stringOf(delta.reasoning) || thinkingText(delta.content)
  if (reasoning) events.push({ type: 'reasoning-delta', choice, text: reasoning })
  const carried = carriedOf(delta)
  if (carried !== null) events.push({ type: 'opaque-delta', choice, protocol: PROTOCOL, value: carried })
  const text = textOf(delta.content)
  if (text) events.push({ type: 'text-delta', choice, text, ...logprobs })
  const refusal = stringOf(delta.refusal)
  if (refusal) events.push({ type: 'refusal-delta', choice, text: refusal, ...(text ? {} : logprobs) })
  return events
}

/** Mistral streams arrays of parts. */
function textOf(content: Json | undefined): string {
  if (!isJsonArray(content)) return stringOf(content) ?? ''
  return objectsOf(content)
    .map((part) => (part.type === 'text' ? (stringOf(part.text) ?? '') : ''))
    .join('')
}

function isSaid(value: Json | undefined): boolean {
  return value != null && !(isJsonArray(value) && value.length === 0)
}

function carriedOf(delta: JsonObject): JsonObject | null {
  const fields = CARRIED.filter((field) => isSaid(delta[field]))
  return fields.length === 0 ? null : Object.fromEntries(fields.map((field) => [field, delta[field]]))
}
