import type { ChatEvent, JsonObject, StreamPart, StreamReader, StreamReadOptions, UpstreamFailure } from '@gateway/core'
import { isJsonObject } from '@gateway/core'
import { isJsonArray, objectsOf, parseJson } from '../json-fields.ts'
import { createFrameParser } from '../sse/frame-parser.ts'
import { concatBytes, createFrameSplitter } from '../sse/frames.ts'
import { createChunkReader } from './chunk-events.ts'
import { findError, readErrorBody } from './error-body.ts'
import { badReply, judgeInside } from './judge-error.ts'

/** One frame: what of it goes on to a client of the same protocol, and what it says. */
interface FrameReading {
  /** The frame's own bytes, others in its place, or null where nothing goes on. */
  readonly bytes: Uint8Array | null
  readonly events: readonly ChatEvent[]
}

/** The largest event that is held: an image in base64 fits, an endless line does not. */
const MAX_FRAME_BYTES = 32 * 1024 * 1024

export function readStream(options: StreamReadOptions & { readonly maxFrameBytes?: number }): StreamReader {
  const maxFrameBytes = options.maxFrameBytes ?? MAX_FRAME_BYTES
  const splitter = createFrameSplitter()
  const parseFrame = createFrameParser()
  const chunks = createChunkReader()
  let isOver = false
  let hasData = false

  function fail(failure: UpstreamFailure): FrameReading {
    isOver = true
    return { bytes: null, events: [{ type: 'error', failure }] }
  }

  function readFrame(frame: Uint8Array): FrameReading {
    const event = parseFrame(frame)
    if (event === null || event.data === '') return { bytes: frame, events: [] }
    hasData = true
    if (event.data.trim() === DONE) return finish(frame)
    const chunk = parseJson(event.data)
    if (event.name === 'error') return fail(judgeInside(readErrorBody(isJsonObject(chunk) ? chunk : { message: event.data })))
    if (!isJsonObject(chunk)) return fail(badReply('malformed-reply'))
    const error = errorIn(chunk)
    if (error !== null) return fail(error)
    return { bytes: options.stripUsage ? withoutUsage(frame, chunk) : frame, events: chunks.read(chunk) }
  }

  function finish(frame: Uint8Array): FrameReading {
    // A proxy that lost its own upstream says [DONE] all the same: without a finish reason that is no end.
    if (!chunks.isFinished()) return fail(badReply('truncated-stream'))
    isOver = true
    return { bytes: frame, events: [{ type: 'end' }] }
  }

  function readFrames(frames: readonly Uint8Array[]): StreamPart {
    const bytes: Uint8Array[] = []
    const events: ChatEvent[] = []
    for (const frame of frames) {
      if (isOver) break
      const reading = readFrame(frame)
      if (reading.bytes !== null) bytes.push(reading.bytes)
      events.push(...reading.events)
    }
    return { bytes: concatBytes(bytes), events }
  }

  /** What is left behind the last blank line: a whole event that only lacks its end, half of one, or no event at all. */
  function readRest(rest: Uint8Array): StreamPart {
    const text = new TextDecoder().decode(rest)
    if (!hasData && isJsonText(text)) return toPart(fail(failureOfBody(text)))
    const isWhole = isWholeFrame(text)
    return readFrames(isWhole ? [concatBytes([rest, encode(/[\r\n]$/.test(text) ? '\n' : '\n\n')])] : [])
  }

  return {
    read(chunk) {
      if (isOver) return NOTHING
      const part = readFrames(splitter.split(chunk))
      if (isOver || splitter.heldBytes() <= maxFrameBytes) return part
      const { events } = fail(badReply('reply-too-large'))
      return { bytes: part.bytes, events: [...part.events, ...events] }
    },
    end() {
      if (isOver) return NOTHING
      const rest = readRest(splitter.takeRest())
      if (isOver) return rest
      const last = chunks.isFinished() ? finish(encode(`data: ${DONE}\n\n`)) : fail(badReply('truncated-stream'))
      return join(rest, toPart(last))
    },
  }
}

const DONE = '[DONE]'
const NOTHING: StreamPart = { bytes: new Uint8Array(0), events: [] }

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function toPart({ bytes, events }: FrameReading): StreamPart {
  return { bytes: bytes ?? NOTHING.bytes, events }
}

function join(first: StreamPart, second: StreamPart): StreamPart {
  return { bytes: concatBytes([first.bytes, second.bytes]), events: [...first.events, ...second.events] }
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

function isJsonText(text: string): boolean {
  return /^\s*[[{]/.test(text)
}

/** An answer without any event: an error in JSON under the wrong content type, or not an answer. */
function failureOfBody(text: string): UpstreamFailure {
  const body = parseJson(text)
  const first: unknown = Array.isArray(body) ? body[0] : body
  const error = isJsonObject(first) ? findError(first) : null
  return error === null ? badReply('malformed-reply') : judgeInside(error)
}

function isWholeFrame(text: string): boolean {
  const event = createFrameParser()(encode(`${text}\n\n`))
  return event !== null && (event.data.trim() === DONE || parseJson(event.data) !== undefined)
}
