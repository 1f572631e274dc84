import { isJsonObject } from '@gateway/core'
import type { JsonObject, StreamReader, StreamReadOptions, UpstreamFailure } from '@gateway/core'
import { parseJson, parseObject, stringOf } from '../json-fields.ts'
import { concatBytes } from '../sse/frames.ts'
import { createStreamReader, encode } from '../sse/stream-reader.ts'
import type { EventReader, FrameReading } from '../sse/stream-reader.ts'
import { isErrorBody, judgeInside } from './judge-error.ts'
import { badReply } from '../upstream-failure.ts'
import { createMessageReader } from './message-events.ts'

export { writeStream } from './stream-writer.ts'

/** Usage is always there, so that nothing is ever stripped. `maxFrameBytes`: the largest frame that is held, 32 MiB where absent. */
export function readStream(options: StreamReadOptions & { readonly maxFrameBytes?: number }): StreamReader {
  return createStreamReader(createEventReader(), options.maxFrameBytes)
}

function createEventReader(): EventReader {
  const message = createMessageReader()

  return {
    read(event, frame) {
      const value = parseJson(event.data)
      if (event.name === 'error') return failed(judgeInside(isJsonObject(value) ? value : { message: event.data }))
      if (!isJsonObject(value)) return failed(badReply('malformed-reply'))
      if (isErrorBody(value)) return failed(judgeInside(value))
      const bytes = event.name === undefined ? withName(frame, value) : frame
      if (value.type !== 'message_stop') return { bytes, events: message.read(value) }
      // A proxy that lost its own upstream may say so all the same: without a reason of the stop that is no end.
      return message.isFinished() ? { bytes, events: [{ type: 'end' }] } : failed(badReply('truncated-stream'))
    },
    end: () => failed(badReply('truncated-stream')),
    readBody: (text) => failed(failureOfBody(text)),
    overflow: () => failed(badReply('reply-too-large')),
  }
}

function failed(failure: UpstreamFailure): FrameReading {
  return { bytes: null, events: [{ type: 'error', failure }] }
}

/** The vendor's clients skip an event without a name, which some servers leave out since the data says the same. */
function withName(frame: Uint8Array, value: JsonObject): Uint8Array {
  const type = stringOf(value.type) ?? ''
  return /^\w+$/.test(type) ? concatBytes([encode(`event: ${type}\n`), frame]) : frame
}

/** An answer without any event: an error in JSON under the wrong content type, or not an answer. */
function failureOfBody(text: string): UpstreamFailure {
  const body = parseObject(text)
  return body !== null && isErrorBody(body) ? judgeInside(body) : badReply('malformed-reply')
}
