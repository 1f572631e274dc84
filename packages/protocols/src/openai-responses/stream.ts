import type { StreamReader, StreamReadOptions, UpstreamFailure } from '@gateway/core'
import { isJsonObject } from '@gateway/core'
import { parseJson, stringOf } from '../json-fields.ts'
import { createStreamReader } from '../sse/stream-reader.ts'
import type { EventReader, FrameReading } from '../sse/stream-reader.ts'
import { failureIn } from './error.ts'
import { badReply } from '../upstream-failure.ts'
import { createResponseEventReader } from './stream-events.ts'

export { writeStream } from './stream-writer.ts'

/** A stream tells its usage unasked, so there is none to strip. `maxFrameBytes`: the largest frame that is held, 32 MiB where absent. */
export function readStream(options: StreamReadOptions & { readonly maxFrameBytes?: number }): StreamReader {
  return createStreamReader(createEventReader(), options.maxFrameBytes)
}

function createEventReader(): EventReader {
  const responses = createResponseEventReader()
  return {
    read(event, frame) {
      // Some servers close with it. Before the response has ended it is no end.
      if (event.data.trim() === '[DONE]') return failed(badReply('truncated-stream'))
      const data = parseJson(event.data)
      if (!isJsonObject(data)) return failed(badReply('malformed-reply'))
      const reading = responses.read(event.name === 'error' ? 'error' : (stringOf(data.type) ?? event.name ?? ''), data)
      return 'scope' in reading ? failed(reading) : { bytes: frame, events: reading }
    },
    end: () => failed(badReply('truncated-stream')),
    readBody: (text) => failed(failureOfBody(text)),
    overflow: () => failed(badReply('reply-too-large')),
  }
}

function failed(failure: UpstreamFailure): FrameReading {
  return { bytes: null, events: [{ type: 'error', failure }] }
}

/** An answer without any event: an error in JSON under the wrong content type, or not an answer. */
function failureOfBody(text: string): UpstreamFailure {
  const body = parseJson(text)
  const first: unknown = Array.isArray(body) ? body[0] : body
  return (isJsonObject(first) ? failureIn(first) : null) ?? badReply('malformed-reply')
}
