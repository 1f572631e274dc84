import type { ChatEvent, Json, JsonObject } from '@gateway/core'
import { numberOf, objectsOf, stringOf } from '../json-fields.ts'
import { readUsage } from '../openai-chat/usage.ts'
import { readFinishReason } from './finish-reason.ts'
import { readLogprobs } from './logprobs.ts'
import { PROTOCOL } from './wire.ts'

/** Turns chunks into events; keeps what has been seen of each choice. */
export interface ChunkReader {
  read(chunk: JsonObject): readonly ChatEvent[]
  /** True once at least one choice has been seen and each has its finish reason. */
  isFinished(): boolean
}

export function createChunkReader(): ChunkReader {
  const finished = new Map<number, boolean>()
  let isStarted = false

  function start(chunk: JsonObject): readonly ChatEvent[] {
    if (isStarted) return []
    isStarted = true
    return [startEvent(chunk)]
  }

  function readChoice(choice: JsonObject, position: number): readonly ChatEvent[] {
    const index = numberOf(choice.index) ?? position
    const text = stringOf(choice.text) ?? ''
    const logprobs = readLogprobs(choice.logprobs)
    const said: readonly ChatEvent[] = text === '' ? [] : [{ type: 'text-delta', choice: index, text, ...(logprobs && { logprobs }) }]
    const word = stringOf(choice.finish_reason)
    const isLast = Boolean(word) && finished.get(index) !== true
    finished.set(index, finished.get(index) === true || isLast)
    return word && isLast ? [...said, finishEvent(index, word)] : said
  }

  return {
    read(chunk) {
      const usage = readUsage(chunk)
      const hasUsage = Object.keys(usage).length > 0
      const choices = objectsOf(chunk.choices)
      if (choices.length === 0 && !hasUsage) return []
      return [...start(chunk), ...choices.flatMap(readChoice), ...(hasUsage ? [{ type: 'usage', usage } as const] : [])]
    },
    isFinished: () => finished.size > 0 && [...finished.values()].every(Boolean),
  }
}

const START_EXTRAS = ['system_fingerprint', 'service_tier', 'provider'] as const

function startEvent(chunk: JsonObject): ChatEvent {
  const created = numberOf(chunk.created)
  const extras: { [field: string]: Json } = {}
  for (const field of START_EXTRAS) extras[field] = chunk[field] ?? null
  const own = Object.fromEntries(Object.entries(extras).filter(([, value]) => value !== null))
  return {
    type: 'start',
    id: stringOf(chunk.id) ?? '',
    model: stringOf(chunk.model) ?? '',
    ...(created ? { created } : {}),
    ...(Object.keys(own).length > 0 && { extras: { [PROTOCOL]: own } }),
  }
}

function finishEvent(choice: number, word: string): ChatEvent {
  const reason = readFinishReason(word)
  return { type: 'finish', choice, reason, ...(reason === 'other' && { extras: { [PROTOCOL]: { finish_reason: word } } }) }
}
