import type { ChatEvent, StreamPart } from '@gateway/core'
import { concatBytes } from './sse/frames.ts'

/** One frame of a stream: what of it goes on to a client of the same protocol, and what it says. */
export interface FrameReading {
  /** The frame's own bytes, others in its place, or null where nothing goes on. */
  readonly bytes: Uint8Array | null
  readonly events: readonly ChatEvent[]
}

/** Joins what the frames of each piece say. An `end` or `error` ends the stream: what comes behind it is not read. */
export interface FrameCollector {
  collect(readings: Iterable<FrameReading>): StreamPart
}

export function createFrameCollector(): FrameCollector {
  let isOver = false
  return {
    collect(readings) {
      const bytes: Uint8Array[] = []
      const events: ChatEvent[] = []
      if (isOver) return { bytes: concatBytes(bytes), events }
      for (const reading of readings) {
        if (reading.bytes !== null) bytes.push(reading.bytes)
        events.push(...reading.events)
        isOver = reading.events.some((event) => event.type === 'end' || event.type === 'error')
        if (isOver) break
      }
      return { bytes: concatBytes(bytes), events }
    },
  }
}
