import { GatewayError, isJsonObject } from '@gateway/core'
import type { StreamReader, StreamReadOptions, UpstreamFailure } from '@gateway/core'
import type { FrameReading } from '../frame-reading.ts'
import { createNdjsonReader } from '../ndjson/stream-reader.ts'
import type { LineReader } from '../ndjson/stream-reader.ts'
import { findError } from '../openai-chat/error-body.ts'
import { judgeInside } from './judge-error.ts'
import { badReply } from '../upstream-failure.ts'
import { createLineEvents } from './line-events.ts'

export { writeStream } from './stream-writer.ts'

/**
 * Reads JSON line by line; the line with `done: true` is the end. `stripUsage` changes nothing, since nobody has to ask for
 * usage. `maxLineBytes`: the largest line that is held, 32 MiB where absent.
 */
export function readStream(options: StreamReadOptions & { readonly maxLineBytes?: number }): StreamReader {
  return createNdjsonReader(createLineReader(), options.maxLineBytes)
}

function createLineReader(): LineReader {
  const lines = createLineEvents()

  function readLine(value: unknown, line: Uint8Array): FrameReading {
    if (!isJsonObject(value)) return failed(badReply('malformed-reply'))
    const error = findError(value)
    if (error !== null) return failed(judgeInside(error))
    const events = lines.read(value)
    if (events === null) return failed(badReply('malformed-reply'))
    if (events.at(-1)?.type === 'end' && !lines.hasSaid()) return failed(badReply('empty-reply'))
    return { bytes: line, events }
  }

  return {
    read(value, line) {
      try {
        return readLine(value, line)
      } catch (cause) {
        if (cause instanceof GatewayError || cause instanceof RangeError) return failed(badReply('malformed-reply'))
        throw cause
      }
    },
    end: () => failed(badReply('truncated-stream')),
    overflow: () => failed(badReply('reply-too-large')),
  }
}

function failed(failure: UpstreamFailure): FrameReading {
  return { bytes: null, events: [{ type: 'error', failure }] }
}
