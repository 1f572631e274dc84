import type { Complaint } from '../complaint.ts'
import type { Dialect } from '../dialect.ts'
import { json, streamHead } from '../script.ts'
import { sse } from '../wire.ts'

/** How the Messages API says it. Shapes as in the recordings; types as in https://platform.claude.com/docs/en/api/errors */
export function anthropicDialect(requestId: string, model: string): Dialect {
  const late = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  return {
    streamHead: streamHead(),
    refuse: (complaint, headers = {}) => {
      const { status, message } = inVendorWords(complaint)
      const error = { type: TYPES.get(status) ?? (status < 500 ? 'invalid_request_error' : 'api_error'), message }
      return json(status, { type: 'error', error, request_id: requestId }, headers)
    },
    limitHeaders: { 'anthropic-ratelimit-tokens-limit': '80000', 'anthropic-ratelimit-tokens-remaining': '0' },
    lateError: { body: { ...late, request_id: requestId }, event: sse(late, 'error') },
    halfEvent: 'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_cut","ty',
    emptyStream: sse({ type: 'message_stop' }, 'message_stop'),
    emptyBody: {
      id: 'msg_empty',
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 0, output_tokens: 0 },
    },
  }
}

const TYPES: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [409, 'conflict_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
])

/** An empty account and a prompt that is too long have neither a status nor a type of their own here: only a sentence. */
function inVendorWords(complaint: Complaint): Pick<Complaint, 'status' | 'message'> {
  switch (complaint.code) {
    case 'context_length_exceeded':
      return { status: 400, message: 'prompt is too long: 208310 tokens > 200000 maximum' }
    case 'insufficient_quota':
      return {
        status: 400,
        message: 'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
      }
    default:
      return complaint
  }
}
