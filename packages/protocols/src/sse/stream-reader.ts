import type { StreamReader } from '@gateway/core'
import { createFrameCollector } from '../frame-reading.ts'
import type { FrameReading } from '../frame-reading.ts'
import { createFrameParser } from './frame-parser.ts'
import type { FrameEvent } from './frame-parser.ts'
import { concatBytes, createFrameSplitter } from './frames.ts'

export type { FrameReading } from '../frame-reading.ts'

/** What a protocol makes of the events of one stream. An `end` or `error` among its events ends the reading. */
export interface EventReader {
  read(event: FrameEvent, frame: Uint8Array): FrameReading
  /** The bytes have ended, and no terminal event was seen. */
  end(): FrameReading
  /** The bytes have ended, and were no events at all but this text: a JSON body under the wrong content type. */
  readBody(text: string): FrameReading
  /** One frame is larger than may be held. */
  overflow(): FrameReading
  /** A frame without data, where it may be more than a comment: null for a comment. */
  readSilent?(frame: Uint8Array): FrameReading | null
}

/** What is the same for every protocol that streams server-sent events. Comments pass, and say nothing. */
export function createStreamReader(reader: EventReader, maxFrameBytes: number = MAX_FRAME_BYTES): StreamReader {
  const splitter = createFrameSplitter()
  const parseFrame = createFrameParser()
  const collector = createFrameCollector()
  let hasData = false

  function* readFrames(frames: readonly Uint8Array[]): Generator<FrameReading> {
    for (const frame of frames) {
      const event = parseFrame(frame)
      if (event === null || event.data === '') {
        yield reader.readSilent?.(frame) ?? { bytes: frame, events: [] }
        continue
      }
      hasData = true
      yield reader.read(event, frame)
    }
  }

  function* readPiece(chunk: Uint8Array): Generator<FrameReading> {
    yield* readFrames(splitter.split(chunk))
    if (splitter.heldBytes() > maxFrameBytes) yield reader.overflow()
  }

  /** What stands behind the last blank line: a body without events, or an event that lacks no more than its end. */
  function* readEnd(): Generator<FrameReading> {
    const rest = splitter.takeRest()
    const text = new TextDecoder().decode(rest)
    if (!hasData && text.trim() !== '' && !isFrameText(text)) yield reader.readBody(text)
    else yield* readFrames(isWhole(text) ? [concatBytes([rest, encode(endOf(text))])] : [])
    yield reader.end()
  }

  return {
    read: (chunk) => collector.collect(readPiece(chunk)),
    end: () => collector.collect(readEnd()),
  }
}

/** The largest frame that is held: an image in base64 fits, an endless line does not. */
const MAX_FRAME_BYTES = 32 * 1024 * 1024

export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Whether a line of the text is a field that an event stream knows, a comment, or the beginning of one. */
function isFrameText(text: string): boolean {
  const lines = text.replace(/^\uFEFF/, '').split(/[\r\n]+/)
  return lines.some((line) => line !== '' && FIELDS.some((field) => line.startsWith(field) || field.startsWith(line)))
}

const FIELDS = ['data:', 'event:', 'id:', 'retry:', ':'] as const

/** Whether the text would be an event if a blank line followed, and its data were not cut in the middle. */
function isWhole(text: string): boolean {
  const event = createFrameParser()(encode(`${text}\n\n`))
  if (event === null) return false
  if (event.data.trim() === '[DONE]') return true
  try {
    JSON.parse(event.data)
    return true
  } catch {
    return false
  }
}

/** What is missing of a blank line. A CR at the end may be the first half of one. */
function endOf(text: string): string {
  return /[\r\n]$/.test(text) ? '\n' : '\n\n'
}
