import { endpointFailure, isJsonObject, type ChatEvent, type JsonObject, type StreamPart, type StreamReader } from '@gateway/core'
import { createPartReader } from './stream-parts.ts'

/** The parts of `doStream`, one a line. Nobody is passed these bytes: only events come of them. */
export function readStream(): StreamReader {
  const decoder = new TextDecoder()
  const parts = createPartReader()
  let rest = ''
  let isOver = false

  const toEvents = (line: string): readonly ChatEvent[] => {
    if (isOver || line === '') return []
    const events = parts.read(parse(line))
    isOver = events.some((event) => event.type === 'end' || event.type === 'error')
    return events
  }

  return {
    read(chunk) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      return eventsOnly(lines.flatMap(toEvents))
    },
    end() {
      const events = toEvents(rest + decoder.decode())
      rest = ''
      if (isOver) return eventsOnly(events)
      isOver = true
      const failure = endpointFailure('truncated-stream', 'The model ended its stream before the answer was complete.')
      return eventsOnly([...events, { type: 'error', failure }])
    },
  }
}

function parse(line: string): JsonObject {
  const part: unknown = JSON.parse(line)
  return isJsonObject(part) ? part : {}
}

function eventsOnly(events: readonly ChatEvent[]): StreamPart {
  return { bytes: new Uint8Array(), events }
}
