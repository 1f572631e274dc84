import { complaintFor } from '../complaint.ts'
import type { Complaint } from '../complaint.ts'
import type { Dialect } from '../dialect.ts'
import { json, streamHead } from '../script.ts'
import { sse } from '../wire.ts'
import { DONE } from './stream-events.ts'
import { errorBody } from './vendor-errors.ts'
import type { Vendor } from './vendor.ts'

/** How Chat Completions say it, in the words of a vendor. */
export function chatDialect(vendor: Vendor, model: string): Dialect {
  const late = errorBody(vendor, LATE)
  return {
    streamHead: streamHead(),
    refuse: (complaint, headers = {}) => json(complaint.status, errorBody(vendor, complaint), headers),
    limitHeaders: { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '3.89s' },
    lateError: { body: late, event: sse(late) },
    halfEvent: 'data: {"id":"chatcmpl-cut","object":"chat.comp',
    emptyStream: DONE,
    emptyBody: { id: 'chatcmpl-empty', object: 'chat.completion', model, choices: [] },
  }
}

/** An error of a kind that comes inside a 200. */
export const LATE: Complaint = {
  ...complaintFor(503, ''),
  message: 'The server had an error while processing your request',
  type: 'server_error',
  code: 'server_error',
}
