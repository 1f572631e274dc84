import type { JsonObject, StreamReader, StreamReadOptions, UpstreamFailure } from '@gateway/core'
import { isJsonObject } from '@gateway/core'
import { isJsonArray, objectsOf, parseJson } from '../json-fields.ts'
import { createStreamReader, encode } from '../sse/stream-reader.ts'
import type { EventReader, FrameReading } from '../sse/stream-reader.ts'
import { createChunkReader } from './chunk-events.ts'
import { findError, readErrorBody } from './error-body.ts'
import { judgeInside } from './judge-error.ts'
import { badReply } from '../upstream-failure.ts'

export { writeStream } from './stream-writer.ts'

/** `maxFrameBytes`: the largest frame that is held, 32 MiB where absent. */
export function readStream(options: StreamReadOptions & { readonly maxFrameBytes?: number }): StreamReader {
  return createStreamReader(createEventReader(options.stripUsage), options.maxFrameBytes)
}

function createEventReader(stripUsage: boolean): EventReader {
  const chunks = createChunkReader()

  function finish(frame: Uint8Array): FrameReading {
    // A proxy that lost its own upstream says [DONE] all the same: without a finish reason that is no end.
    if (!chunks.isFinished()) return failed(badReply('truncated-stream'))
    return { bytes: frame, events: [{ type: 'end' }] }
  }

  return {
    read(event, frame) {
      if (event.data.trim() === DONE) return finish(frame)
      const chunk = parseJson(event.data)
      if (event.name === 'error') return failed(judgeInside(readErrorBody(isJsonObject(chunk) ? chunk : { message: event.data })))
      if (!isJsonObject(chunk)) return failed(badReply('malformed-reply'))
      const failure = errorIn(chunk)
      if (failure !== null) return failed(failure)
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

/** An error of the whole answer, or OpenRouter's of one choice, which may be nothing but a finish reason. */
function errorIn(chunk: JsonObject): UpstreamFailure | null {
  const choices = objectsOf(chunk.choices)
  const error = findError(chunk) ?? choices.map(findError).find((found) => found !== null)
  if (error) return judgeInside(error)
  return choices.some((choice) => choice.finish_reason === 'error') ? badReply('error-in-reply') : null
}

/** The frame as if nobody had asked for usage. `"usage": null` stays: some servers say it unasked. */
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
