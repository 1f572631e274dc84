import { mergeUsage } from '@gateway/core'
import type { ChatEvent, JsonObject, StreamWriteOptions, StreamWriter, Usage } from '@gateway/core'
import { compact } from '../compact.ts'
import { createChoiceWriter } from './choice-writer.ts'
import type { ChoiceWriter, ContentEvent } from './choice-writer.ts'
import { writeCreated } from './create-time.ts'
import { writeError } from './error.ts'
import { writeUsage } from './usage.ts'

/**
 * Chunks of `alt=sse`. Finish reasons stand on the last chunk, together with the usage, which Google's clients take from
 * there whether it was asked for or not.
 */
export function writeStream(_options: StreamWriteOptions): StreamWriter {
  const choices = new Map<number, ChoiceWriter>()
  let head: JsonObject = {}
  let usage: Usage = {}

  function writerOf(choice: number): ChoiceWriter {
    const known = choices.get(choice)
    if (known) return known
    const writer = createChoiceWriter(choice)
    choices.set(choice, writer)
    return writer
  }

  function say(event: ContentEvent): string {
    const candidate = writerOf(event.choice).say(event)
    return candidate === null ? '' : frame({ candidates: [candidate], ...head })
  }

  function end(): string {
    const ends = [...choices.values()].map((writer) => writer.end())
    const candidates = ends.flatMap((last) => ('candidate' in last ? [last.candidate] : []))
    const [promptFeedback] = ends.flatMap((last) => ('promptFeedback' in last ? [last.promptFeedback] : []))
    const usageMetadata = writeUsage(usage) ?? undefined
    return frame(compact({ candidates: candidates.length === 0 ? undefined : candidates, promptFeedback, usageMetadata, ...head }))
  }

  return {
    write(event) {
      switch (event.type) {
        case 'start':
          head = writeHead(event)
          return ''
        case 'tool-call-start':
          writerOf(event.choice).startCall(event)
          return ''
        case 'tool-call-delta':
          writerOf(event.choice).addArguments(event)
          return ''
        case 'finish':
          writerOf(event.choice).finish(event)
          return ''
        case 'usage':
          usage = mergeUsage(usage, event.usage)
          return ''
        case 'end':
          return end()
        // The caller writes errors by `fail`.
        case 'error':
          return ''
        default:
          return say(event)
      }
    },
    fail: (error, status) => frame(writeError(error, status)),
  }
}

function writeHead({ id, model, created }: Extract<ChatEvent, { type: 'start' }>): JsonObject {
  return compact({ modelVersion: model || undefined, createTime: writeCreated(created), responseId: id || undefined })
}

function frame(value: JsonObject): string {
  return `data: ${JSON.stringify(value)}\r\n\r\n`
}
