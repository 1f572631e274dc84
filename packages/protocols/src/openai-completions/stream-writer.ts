import { mergeUsage } from '@gateway/core'
import type { ChatEvent, Json, JsonObject, StreamWriteOptions, StreamWriter, Usage } from '@gateway/core'
import { objectOf } from '../json-fields.ts'
import { writeUsage } from '../openai-chat/usage.ts'
import { writeError } from './error.ts'
import { writeFinishReason } from './finish-reason.ts'
import { writeLogprobs } from './logprobs.ts'
import { PROTOCOL } from './wire.ts'

/** Chunks of text, one finish reason a choice, usage alone at the end. What is no text has no place here. */
export function writeStream(options: StreamWriteOptions): StreamWriter {
  const chunks = createChunkWriter()
  let usage: Usage = {}

  function end(): string {
    const counts = options.wantsUsage ? writeUsage(usage) : null
    return `${chunks.finishAll()}${counts ? chunks.usage(counts) : ''}data: [DONE]\n\n`
  }

  return {
    write(event) {
      switch (event.type) {
        case 'start':
          chunks.start(event)
          return ''
        case 'text-delta':
        case 'refusal-delta':
          return event.text === '' ? '' : chunks.text(event.choice, event.text, event.logprobs)
        case 'finish':
          return chunks.finish(event.choice, writeFinishReason(event.reason))
        case 'usage':
          usage = mergeUsage(usage, event.usage)
          return ''
        case 'end':
          return end()
        default:
          return ''
      }
    },
    fail: (error, status) => frame(writeError(error, status)),
  }
}

interface ChunkWriter {
  start(event: Extract<ChatEvent, { type: 'start' }>): void
  text(choice: number, text: string, logprobs: Json | undefined): string
  /** At most once a choice. */
  finish(choice: number, reason: string): string
  /** A finish for each choice that has none, and for the first where there is none at all. */
  finishAll(): string
  usage(counts: JsonObject): string
}

function createChunkWriter(): ChunkWriter {
  let head: JsonObject = { id: '', object: OBJECT, created: 0, model: '' }
  const lengths = new Map<number, number>()
  const finished = new Set<number>()

  function chunk(choice: number, fields: JsonObject): string {
    return frame({ ...head, choices: [{ text: '', index: choice, logprobs: null, finish_reason: null, ...fields }] })
  }

  function finish(choice: number, reason: string): string {
    if (finished.has(choice)) return ''
    finished.add(choice)
    return chunk(choice, { finish_reason: reason })
  }

  return {
    start(event) {
      head = { id: event.id, object: OBJECT, created: event.created ?? 0, model: event.model, ...objectOf(event.extras?.[PROTOCOL]) }
    },
    text(choice, text, logprobs) {
      const offset = lengths.get(choice) ?? 0
      lengths.set(choice, offset + text.length)
      return chunk(choice, { text, logprobs: writeLogprobs(logprobs, offset) })
    },
    finish,
    finishAll: () =>
      [...(finished.size === 0 && lengths.size === 0 ? [0] : lengths.keys())].map((choice) => finish(choice, 'stop')).join(''),
    usage: (counts) => frame({ ...head, choices: [], usage: counts }),
  }
}

const OBJECT = 'text_completion'

function frame(value: JsonObject): string {
  return `data: ${JSON.stringify(value)}\n\n`
}
