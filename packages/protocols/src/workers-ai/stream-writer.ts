import { mergeUsage } from '@gateway/core'
import type { ChatEvent, JsonObject, StreamWriteOptions, StreamWriter, Usage } from '@gateway/core'
import { isJsonArray, objectOf, objectsOf } from '../json-fields.ts'
import { writeFinishReason } from '../openai-chat/finish-reason.ts'
import { writeStream as writeChatStream } from '../openai-chat/stream.ts'
import { writeUsage } from '../openai-chat/usage.ts'
import { writeError } from './error.ts'
import { PROTOCOL } from './wire.ts'

/** As OpenAI's chat does, which can say the most; briefly where the model has no name, since such a stream came so. */
export function writeStream(options: StreamWriteOptions): StreamWriter {
  let chunks: Pick<StreamWriter, 'write'> = writeChatStream(options)
  return {
    write(event) {
      if (event.type === 'start' && event.model === '') chunks = createBriefWriter()
      return chunks.write(event)
    },
    // Both kinds of clients find what they know.
    fail(error, status) {
      const body = writeError(error, status)
      const [first] = isJsonArray(body.errors) ? objectsOf(body.errors) : []
      return frame({ ...body, error: objectOf(first) })
    },
  }
}

type ChoiceEvent = Extract<ChatEvent, { readonly choice: number }>

/** Chunks that say `{ response }`. Their usage nobody asks for. */
function createBriefWriter(): Pick<StreamWriter, 'write'> {
  let usage: Usage = {}

  function end(): string {
    const counts = writeUsage(usage)
    return `${counts ? frame({ response: '', usage: counts }) : ''}data: [DONE]\n\n`
  }

  return {
    write(event) {
      switch (event.type) {
        case 'usage':
          usage = mergeUsage(usage, event.usage)
          return ''
        case 'end':
          return end()
        case 'start':
        // The caller writes errors by `fail`.
        case 'error':
          return ''
        default:
          // One answer is all that these chunks can say.
          return event.choice === 0 ? writeChoice(event) : ''
      }
    },
  }
}

function writeChoice(event: ChoiceEvent): string {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
      return frame({ response: event.text })
    case 'tool-call-start': {
      const call = { id: event.id, type: 'function', index: event.call, function: { name: event.name, arguments: '' } }
      return frame({ tool_calls: [call] })
    }
    case 'tool-call-delta':
      return frame({ tool_calls: [{ index: event.call, function: { arguments: event.arguments } }] })
    case 'finish':
      return frame({ finish_reason: writeFinishReason(event.reason), ...objectOf(event.extras?.[PROTOCOL]) })
    case 'reasoning-delta':
    case 'reasoning-signature':
    case 'opaque-delta':
      return ''
  }
}

function frame(value: JsonObject): string {
  return `data: ${JSON.stringify(value)}\n\n`
}
