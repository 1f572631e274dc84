import { GatewayError, isJsonObject } from '@gateway/core'
import type { ChatEvent, StreamReader, StreamReadOptions, UpstreamFailure } from '@gateway/core'
import { parseJson } from '../json-fields.ts'
import { concatBytes } from '../sse/frames.ts'
import { createStreamReader, encode } from '../sse/stream-reader.ts'
import type { EventReader, FrameReading } from '../sse/stream-reader.ts'
import { createChunkReader } from './chunk-events.ts'
import { findError } from './error-body.ts'
import { judgeInside } from './judge-error.ts'
import { badReply } from '../upstream-failure.ts'

export { writeStream } from './stream-writer.ts'

/**
 * Reads `alt=sse`. There is no terminal event: a stream is over when each candidate has a finish reason and the bytes end.
 * `stripUsage` changes nothing, since usage rides on every chunk and nobody has to ask for it. `maxFrameBytes`: the largest
 * frame that is held, 32 MiB where absent.
 */
export function readStream(options: StreamReadOptions & { readonly maxFrameBytes?: number }): StreamReader {
  return createStreamReader(createEventReader(), options.maxFrameBytes)
}

function createEventReader(): EventReader {
  const chunks = createChunkReader()

  function readChunk(value: unknown, bytes: Uint8Array): FrameReading {
    if (!isJsonObject(value)) return failed(badReply('malformed-reply'))
    const error = findError(value)
    if (error !== null) return failed(judgeInside(error))
    try {
      return { bytes, events: chunks.read(value) }
    } catch (cause) {
      if (cause instanceof GatewayError || cause instanceof RangeError) return failed(badReply('malformed-reply'))
      throw cause
    }
  }

  /** What a server sends that was not asked for events: an error, or the chunks of the answer in one JSON array. */
  function readBody(text: string): FrameReading {
    const body = parseJson(text)
    const values: readonly unknown[] = Array.isArray(body) ? body : [body]
    const readings = values.map((value) => readChunk(value, encode(`data: ${JSON.stringify(value)}\r\n\r\n`)))
    const failure = readings.find(({ bytes }) => bytes === null)
    if (failure !== undefined || readings.length === 0) return failure ?? failed(badReply('malformed-reply'))
    return { bytes: concatBytes(readings.flatMap(({ bytes }) => bytes ?? [])), events: readings.flatMap(({ events }) => events) }
  }

  return {
    read: (event, frame) => (event.data.trim() === '[DONE]' ? PASSED_BY : readChunk(parseJson(event.data), frame)),
    readBody,
    end() {
      const ends = chunks.finish()
      return ends === null ? failed(badReply('truncated-stream')) : { bytes: null, events: [...ends, END] }
    },
    overflow: () => failed(badReply('reply-too-large')),
  }
}

const END: ChatEvent = { type: 'end' }

/** Google never sends it; some servers that speak like Google do, and Google's clients cannot read it. */
const PASSED_BY: FrameReading = { bytes: null, events: [] }

function failed(failure: UpstreamFailure): FrameReading {
  return { bytes: null, events: [{ type: 'error', failure }] }
}
