import { mergeUsage } from '@gateway/core'
import type { ChatEvent, GatewayError, JsonObject, StreamWriteOptions, StreamWriter, Usage } from '@gateway/core'
import { objectOf } from '../json-fields.ts'
import { frame } from './block-writer.ts'
import { createContentWriter } from './content-writer.ts'
import type { ContentEvent } from './content-writer.ts'
import { writeError } from './error.ts'
import { writeStop } from './stop-reason.ts'
import { writeUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

/**
 * Events as the vendor's clients need them: `message_start`, whole content blocks, one `message_delta` with the reason of the
 * stop and the usage, `message_stop`. This protocol knows one answer: events of further choices are left out.
 */
export function writeStream(_options: StreamWriteOptions): StreamWriter {
  const content = createContentWriter()
  const seen: Seen = { head: { id: '', model: '', extras: {} }, usage: {}, stop: null, hasCalls: false, hasRefusal: false }

  /** Waits for the first thing that is said, so that a usage which comes before it can go with it. */
  function begin(): string {
    if (seen.head === null) return ''
    const message = writeMessage(seen.head, seen.usage)
    seen.head = null
    return frame('message_start', { message })
  }

  function writeContent(event: ContentEvent): string {
    seen.hasCalls ||= event.type === 'tool-call-start'
    seen.hasRefusal ||= event.type === 'refusal-delta'
    return begin() + content.write(event)
  }

  function end(): string {
    const delta = seen.stop ?? writeStop('stop', {}, seen)
    const last = frame('message_delta', { delta, usage: writeUsage(seen.usage) })
    return begin() + content.close() + last + frame('message_stop', {})
  }

  return {
    write(event) {
      if (isOthers(event)) return ''
      switch (event.type) {
        case 'start':
          seen.head &&= { id: event.id, model: event.model, extras: objectOf(event.extras?.[PROTOCOL]) }
          return ''
        case 'usage':
          seen.usage = mergeUsage(seen.usage, event.usage)
          return ''
        case 'finish':
          seen.stop ??= writeStop(event.reason, objectOf(event.extras?.[PROTOCOL]), seen)
          return begin() + content.close()
        case 'end':
          return end()
        // The caller writes errors by `fail`.
        case 'error':
          return ''
        default:
          return writeContent(event)
      }
    },
    fail: (error: GatewayError, status: number) => frame('error', writeError(error, status)),
  }
}

interface Seen {
  /** Null once it has been written. */
  head: Head | null
  usage: Usage
  stop: JsonObject | null
  hasCalls: boolean
  hasRefusal: boolean
}

interface Head {
  readonly id: string
  readonly model: string
  readonly extras: JsonObject
}

/** Whether an event is of a second answer, or in words that only another protocol knows. */
function isOthers(event: ChatEvent): boolean {
  return ('choice' in event && event.choice !== 0) || (event.type === 'opaque-delta' && event.protocol !== PROTOCOL)
}

function writeMessage({ id, model, extras }: Head, usage: Usage): JsonObject {
  const { usage: usageRest, ...rest } = extras
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...objectOf(usageRest), ...writeUsage(usage) },
    ...rest,
  }
}
