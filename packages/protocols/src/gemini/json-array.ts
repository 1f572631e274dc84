import { createFrameParser } from '../sse/frame-parser.ts'
import { createFrameSplitter } from '../sse/frames.ts'

/** Turns a stream of events into the form for clients that leave `alt=sse` out: one JSON array, an element a chunk. */
export interface JsonArrayWriter {
  /** Takes whole or cut frames, and gives the elements that they complete. */
  write(bytes: Uint8Array): string
  /** What closes the array; also after an error, which is an element like any other. */
  end(): string
}

/** The content type is `application/json`. Source: https://cloud.google.com/apis/docs/system-parameters (`alt=json`) */
export function createJsonArrayWriter(): JsonArrayWriter {
  const splitter = createFrameSplitter()
  const parseFrame = createFrameParser()
  let hasElements = false

  function element(frame: Uint8Array): string {
    const event = parseFrame(frame)
    if (event === null || event.data === '') return ''
    const start = hasElements ? ',\r\n' : '['
    hasElements = true
    return start + event.data
  }

  return {
    write: (bytes) => splitter.split(bytes).map(element).join(''),
    end: () => (hasElements ? ']' : '[]'),
  }
}
