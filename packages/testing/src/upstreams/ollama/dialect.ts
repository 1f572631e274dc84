import type { Dialect } from '../dialect.ts'
import { json, streamHead } from '../script.ts'
import type { Script } from '../script.ts'

const DIED = { error: 'an error was encountered while running the model: unexpected EOF' } as const

/** How Ollama's own API says it: one JSON a line, and an error is a sentence. Shapes as in the recordings. */
export const OLLAMA: Dialect = {
  streamHead: streamHead('application/x-ndjson'),
  refuse: (complaint, headers = {}) => json(complaint.status, { error: complaint.message }, headers),
  limitHeaders: {},
  lateError: { body: DIED, event: `${JSON.stringify(DIED)}\n` },
  halfEvent: '{"model":"sim-chat","created_at":"2026-01-01T00:00:00Z","mess',
  emptyStream: '',
  emptyBody: { model: '', message: { role: 'assistant', content: '' }, done: true },
}

/** An error in place of an answer. */
export function refuse(status: number, message: string): Script {
  return json(status, { error: message })
}
