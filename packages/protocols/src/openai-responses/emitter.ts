import type { JsonObject } from '@gateway/core'

/** Writes one event as a frame, with its name and its number. */
export type Emit = (type: string, fields: JsonObject) => string

/** Numbers the events of one stream from 0 without a hole. */
export function createEmitter(): Emit {
  let sequence = 0
  return (type, fields) => {
    const event = { type, sequence_number: sequence, ...fields }
    sequence += 1
    return `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`
  }
}
