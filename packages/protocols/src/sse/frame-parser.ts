import { createParser } from 'eventsource-parser'

/** What a frame says. */
export interface FrameEvent {
  /** The `event` field; `message` events often leave it out. */
  readonly name: string | undefined
  readonly data: string
}

/** Reads whole frames in the order in which they came; null for one without data: a comment, an id, a retry interval. */
export type FrameParser = (frame: Uint8Array) => FrameEvent | null

/**
 * eventsource-parser decides what a frame says, so that the gateway and clients built on it agree. One parser a stream,
 * since only the first frame may begin with a byte order mark. Bad UTF-8 becomes U+FFFD, as the specification has it.
 */
export function createFrameParser(): FrameParser {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let found: FrameEvent | null = null
  const parser = createParser({
    onEvent(event) {
      found = { name: event.event, data: event.data }
    },
  })
  return (frame) => {
    found = null
    parser.feed(decoder.decode(frame))
    return found
  }
}
