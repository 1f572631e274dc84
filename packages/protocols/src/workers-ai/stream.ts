import { GatewayError, isJsonObject, ReplyError } from '@gateway/core'
import type { JsonObject, StreamReader, StreamReadOptions, UpstreamFailure } from '@gateway/core'
import type { FrameReading } from '../frame-reading.ts'
import { isJsonArray, objectsOf, parseJson, parseObject, stringOf } from '../json-fields.ts'
import { createResponseEventReader } from '../openai-responses/stream-events.ts'
import { createStreamReader, encode } from '../sse/stream-reader.ts'
import type { EventReader } from '../sse/stream-reader.ts'
import { createStreamChunks } from './chunk-events.ts'
import { findError } from './error-body.ts'
import { judgeInside } from './judge-error.ts'
import { badReply } from '../upstream-failure.ts'
import { eventsOf } from './reply-events.ts'
import { readReply } from './reply.ts'
import { writeStream } from './stream-writer.ts'

export { writeStream } from './stream-writer.ts'

/** `maxFrameBytes`: the largest frame that is held, 32 MiB where absent. */
export function readStream(options: StreamReadOptions & { readonly maxFrameBytes?: number }): StreamReader {
  return createStreamReader(createEventReader(options.stripUsage), options.maxFrameBytes)
}

function createEventReader(stripUsage: boolean): EventReader {
  const chunks = createStreamChunks()
  const responses = createResponseEventReader()

  function close(frame: Uint8Array): FrameReading {
    const events = chunks.close()
    return typeof events === 'string' ? failed(badReply(events)) : { bytes: frame, events: [...events, { type: 'end' }] }
  }

  function readChunk(chunk: JsonObject, data: string, frame: Uint8Array): FrameReading {
    const failure = errorIn(chunk)
    if (failure !== null) return failed(failure)
    return { bytes: stripUsage ? withoutUsage(frame, chunk) : frame, events: chunks.read(chunk, data) }
  }

  /** gpt-oss streams as the Responses API does where it was asked so. */
  function readResponse(type: string, chunk: JsonObject, frame: Uint8Array): FrameReading {
    const reading = responses.read(type, chunk)
    return 'scope' in reading ? failed(reading) : { bytes: frame, events: reading }
  }

  return {
    read(event, frame) {
      if (event.data.trim() === DONE) return close(frame)
      const chunk = parseJson(event.data)
      if (!isJsonObject(chunk)) return failed(badReply('malformed-reply'))
      const type = stringOf(chunk.type) ?? event.name ?? ''
      if (type.startsWith('response.')) return readResponse(type, chunk, frame)
      try {
        return readChunk(chunk, event.data, frame)
      } catch (cause) {
        if (cause instanceof GatewayError || cause instanceof RangeError) return failed(badReply('malformed-reply'))
        throw cause
      }
    },
    readSilent(frame) {
      const text = new TextDecoder().decode(frame).trim()
      // Seen without its `data:`.
      if (text === DONE) return close(frame)
      return parseObject(text) === null ? null : readBody(text)
    },
    readBody,
    end: () => (chunks.isFinished() ? close(encode(`data: ${DONE}\n\n`)) : failed(badReply('truncated-stream'))),
    overflow: () => failed(badReply('reply-too-large')),
  }
}

const DONE = '[DONE]'

function failed(failure: UpstreamFailure): FrameReading {
  return { bytes: null, events: [{ type: 'error', failure }] }
}

function errorIn(chunk: JsonObject): UpstreamFailure | null {
  const choices = objectsOf(chunk.choices)
  const [error] = [chunk, ...choices].flatMap((object) => findError(object) ?? [])
  if (error !== undefined) return judgeInside(error)
  return choices.some((choice) => choice.finish_reason === 'error') ? badReply('error-in-reply') : null
}

/** A whole answer where a stream was asked for: some models know no streams. It goes on as a stream. */
function readBody(text: string): FrameReading {
  const body = parseObject(text)
  if (body === null) return failed(badReply('malformed-reply'))
  try {
    const events = eventsOf(readReply(body))
    const writer = writeStream({ wantsUsage: true })
    return { bytes: encode(events.map((event) => writer.write(event)).join('')), events }
  } catch (error) {
    if (error instanceof ReplyError) return failed(error.failure)
    throw error
  }
}

/** A chunk of a newer model as if nobody had asked for usage; the others tell it unasked. */
function withoutUsage(frame: Uint8Array, chunk: JsonObject): Uint8Array | null {
  if (!isJsonObject(chunk.usage) || !isJsonArray(chunk.choices)) return frame
  if (chunk.choices.length === 0) return null
  const { usage: _, ...rest } = chunk
  return encode(`data: ${JSON.stringify(rest)}\n\n`)
}
