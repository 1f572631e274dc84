import type { WireEvent } from '../wire.ts'
import { contentChunks } from './candidates.ts'
import type { Speech } from './candidates.ts'

/** The healthy stream: as events where it was asked for with `alt=sse`, otherwise as one JSON array that grows. */
export function contentEvents(speech: Speech, isSse: boolean): readonly WireEvent[] {
  const chunks = contentChunks(speech)
  if (isSse) return chunks.map(({ kind, usage, body }) => ({ kind, usage, text: `data: ${JSON.stringify(body)}\r\n\r\n` }))
  const elements = chunks.map(({ kind, usage, body }, index) => ({
    kind,
    usage,
    text: `${index === 0 ? '[' : ',\r\n'}${JSON.stringify(body, null, 2)}\n`,
  }))
  return [...elements, { kind: 'done', usage: null, text: ']' }]
}
