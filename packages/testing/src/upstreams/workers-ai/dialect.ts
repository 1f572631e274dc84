import type { Dialect } from '../dialect.ts'
import { DONE } from '../openai/stream-events.ts'
import { json, streamHead } from '../script.ts'
import { sse } from '../wire.ts'
import { cloudflareError } from './errors.ts'

/** How a model that is run by its name says it. The vendor publishes no error in mid-stream: this is its envelope as an event. */
export const WORKERS_AI: Dialect = {
  streamHead: streamHead('text/event-stream'),
  refuse: (complaint, headers = {}) => json(complaint.status, cloudflareError(complaint), headers),
  limitHeaders: {},
  lateError: {
    body: { result: null, success: false, errors: [{ message: 'AiError: Internal server error', code: 3043 }], messages: [] },
    event: sse({ errors: [{ message: 'AiError: Internal server error', code: 3043 }], success: false }),
  },
  halfEvent: 'data: {"response":"Sim',
  emptyStream: DONE,
  emptyBody: { result: {}, success: true, errors: [], messages: [] },
}
