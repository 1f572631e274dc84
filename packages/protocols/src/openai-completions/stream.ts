import type { JsonObject, StreamReader, StreamReadOptions, UpstreamFailure } from '@gateway/core'
import { isJsonObject } from '@gateway/core'
import { isJsonArray, objectsOf, parseJson } from '../json-fields.ts'
import { findError, readErrorBody } from '../openai-chat/error-body.ts'
import { judgeInside } from '../openai-chat/judge-error.ts'
import { badReply } from '../upstream-failure.ts'
import { createStreamReader, encode } from '../sse/stream-reader.ts'
import type { EventReader, FrameReading } from '../sse/stream-reader.ts'
import { createChunkReader } from './chunk-events.ts'

export { writeStream } from './stream-writer.ts'

/** `maxFrameBytes`: the largest frame that is held, 32 MiB where absent. */
export function readStream(options: StreamReadOptions & { readonly maxFrameBytes?: number }): StreamReader {
  return createStreamReader(createEventReader(options.stripUsage), options.maxFrameBytes)
}

function createEventReader(stripUsage: boolean): EventReader {
  const chunks = createChunkReader()

  /** Without a finish reason the end of the bytes is no end, and neither is a [DONE]. */
  function finish(frame: Uint8Array): FrameReading {
    return chunks.isFinished() ? { bytes: frame, events: [{ type: 'end' }] } : failed(badReply('truncated-stream'))
  }

  return {
    read(event, frame) {
      if (event.data.trim() === DONE) return finish(frame)
      const chunk = parseJson(event.data)
      if (event.name === 'error') return failed(judgeInside(readErrorBody(isJsonObject(chunk) ? chunk : { message: event.data })))
      if (!isJsonObject(chunk)) return failed(badReply('malformed-reply'))
      const error =
        findError(chunk) ??
        objectsOf(chunk.choices)
          .map(findError)
          .find((found) => found !== null)
      if (error) return failed(judgeInside(error))
      return { bytes: stripUsage ? withoutUsage(frame, chunk) : frame, events: chunks.read(chunk) }
    },
    end: () => finish(encode(`data: ${DONE}\n\n`)),
    readBody: (text) => failed(failureOfBody(text)),
    overflow: () => failed(badReply('reply-too-large')),
  }
}

const DONE = '[DONE]'

function failed(failure: UpstreamFailure): FrameReading {
  return { bytes: null, events: [{ type: 'error', failure }] }
}

/** The frame as if nobody had asked for usage. */
function withoutUsage(frame: Uint8Array, chunk: JsonObject): Uint8Array | null {
  if (!isJsonObject(chunk.usage)) return frame
  if (!isJsonArray(chunk.choices) || chunk.choices.length === 0) return null
  const { usage: _, ...rest } = chunk
  return encode(`data: ${JSON.stringify(rest)}\n\n`)
}

/** An answer without any event: an error in JSON under the wrong content type, or not an answer. */
function failureOfBody(text: string): UpstreamFailure {
  const body = parseJson(text)
  const first: unknown = Array.isArray(body) ? body[0] : body
  const error = isJsonObject(first) ? findError(first) : null
  return error === null ? badReply('malformed-reply') : judgeInside(error)
}
