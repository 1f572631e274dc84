import type { StreamReader } from '@gateway/core'
import { createFrameCollector } from '../frame-reading.ts'
import type { FrameReading } from '../frame-reading.ts'
import { parseJson } from '../json-fields.ts'
import { concatBytes } from '../sse/frames.ts'
import { createLineSplitter } from './lines.ts'

/** What a protocol makes of the lines of one stream. An `end` or `error` among its events ends the reading. */
export interface LineReader {
  /** `value` is the line's JSON; undefined where it is none. */
  read(value: unknown, line: Uint8Array): FrameReading
  /** The bytes have ended, and no terminal line was seen. */
  end(): FrameReading
  /** One line is larger than may be held. */
  overflow(): FrameReading
}

/** What is the same for every protocol that streams JSON line by line (https://github.com/ndjson/ndjson-spec). Blank lines pass, and say nothing. */
export function createNdjsonReader(reader: LineReader, maxLineBytes: number = MAX_LINE_BYTES): StreamReader {
  const splitter = createLineSplitter()
  const collector = createFrameCollector()
  let hasData = false

  function readLine(line: Uint8Array): FrameReading {
    const text = decode(line)
    if (text.trim() === '') return { bytes: line, events: [] }
    hasData = true
    return reader.read(parseJson(text), line)
  }

  function* readPiece(chunk: Uint8Array): Generator<FrameReading> {
    for (const line of splitter.split(chunk)) yield readLine(line)
    if (splitter.heldBytes() > maxLineBytes) yield reader.overflow()
  }

  /** A last line that lacks no more than its LF is read; half a line is no line, unless it is all that came. */
  function* readEnd(): Generator<FrameReading> {
    const rest = splitter.takeRest()
    const text = decode(rest)
    if (text.trim() !== '' && (!hasData || parseJson(text) !== undefined)) yield readLine(concatBytes([rest, LINE_END]))
    yield reader.end()
  }

  return {
    read: (chunk) => collector.collect(readPiece(chunk)),
    end: () => collector.collect(readEnd()),
  }
}

/** The largest line that is held: an image in base64 fits, an endless line does not. */
const MAX_LINE_BYTES = 32 * 1024 * 1024

const LINE_END = new Uint8Array([0x0a])

/** Bad UTF-8 becomes U+FFFD, a byte order mark nothing. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
