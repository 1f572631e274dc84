import { complaintFor } from '../complaint.ts'
import type { Complaint } from '../complaint.ts'
import { errorBody } from '../openai/vendor-errors.ts'
import { json } from '../script.ts'
import type { Head } from '../script.ts'
import type { Act, FaultEntry, Outcome } from './entry.ts'

/** The server says that something is wrong, with a status. */
export type StatusFault =
  | 'status-400'
  | 'status-401'
  | 'status-402'
  | 'status-403'
  | 'status-404'
  | 'status-408'
  | 'status-409'
  | 'status-413'
  | 'status-422'
  | 'status-425'
  | 'status-500'
  | 'status-502'
  | 'status-503'
  | 'status-504'
  | 'status-529'
  | 'context-length-exceeded'
  | 'not-found-as-event-stream'
  | 'insufficient-quota'
  | 'too-large-for-quota'
  | 'rate-limited'
  | 'rate-limited-seconds'
  | 'rate-limited-date'
  | 'rate-limited-ms'
  | 'rate-limited-retry-info'
  | 'rate-limited-579'
  | 'rate-limited-absurd'
  | 'rate-limited-nonsense'

export const STATUS_FAULTS: Readonly<Record<StatusFault, FaultEntry>> = {
  'status-400': status(400, 'refuses'),
  'status-401': status(401, 'fails-over'),
  'status-402': status(402, 'fails-over'),
  'status-403': status(403, 'fails-over'),
  'status-404': status(404, 'fails-over'),
  'status-408': status(408, 'fails-over'),
  'status-409': status(409, 'fails-over'),
  'status-413': status(413, 'refuses'),
  'status-422': status(422, 'refuses'),
  'status-425': status(425, 'fails-over'),
  'status-500': status(500, 'fails-over'),
  'status-502': status(502, 'fails-over'),
  'status-503': status(503, 'fails-over'),
  'status-504': status(504, 'fails-over'),
  'status-529': status(529, 'fails-over'),
  'context-length-exceeded': entry('F11', 'refuses', {
    says: 'a 400: the prompt is longer than the context',
    act: complain({
      status: 400,
      message: "This model's maximum context length is 2048 tokens. However, your messages resulted in 2528 tokens.",
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded',
    }),
  }),
  'not-found-as-event-stream': entry('F9', 'fails-over', {
    says: 'a 404 whose JSON is called text/event-stream, as Gemini does',
    act: (scene) => scene.dialect.refuse(complaintFor(404, scene.model), { 'content-type': 'text/event-stream' }),
  }),
  'insufficient-quota': entry('F11', 'fails-over', {
    says: 'a 429 that no retry cures',
    act: complain({
      status: 429,
      message: 'You exceeded your current quota, please check your plan and billing details.',
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    }),
  }),
  'too-large-for-quota': entry('F11', 'fails-over', {
    says: "Groq's 413 that is called rate_limit_exceeded: too large for this account alone",
    on: ['openai-chat'],
    act: (scene) => {
      const message = `Request too large for model \`${scene.model}\` on tokens per minute (TPM): Limit 6000, Requested 9000.`
      return json(413, errorBody('groq', { status: 413, message, type: 'tokens', code: 'rate_limit_exceeded' }))
    },
  }),
  'rate-limited': rateLimited('429 with no hint', () => ({})),
  'rate-limited-seconds': rateLimited('429, retry-after: 2', () => ({ 'retry-after': '2' })),
  'rate-limited-date': rateLimited('429, retry-after as a date two seconds ahead', (nowMs) => ({
    'retry-after': new Date(nowMs + 2000).toUTCString(),
  })),
  'rate-limited-ms': rateLimited('429, retry-after-ms: 1500', () => ({ 'retry-after-ms': '1500' })),
  'rate-limited-retry-info': entry('F10', 'fails-over', {
    says: '429 with the delay in a Gemini RetryInfo alone',
    on: ['openai-chat', 'gemini'],
    act: () => json(429, RETRY_INFO_BODY),
  }),
  'rate-limited-579': rateLimited('429, retry-after: 579', () => ({ 'retry-after': '579' })),
  'rate-limited-absurd': rateLimited('429, retry-after: 999999999999', () => ({ 'retry-after': '999999999999' })),
  'rate-limited-nonsense': rateLimited('429, retry-after: soon', () => ({ 'retry-after': 'soon' })),
}

function entry(family: FaultEntry['family'], outcome: Outcome, rest: Pick<FaultEntry, 'says' | 'act' | 'on'>): FaultEntry {
  return { family, whole: outcome, streamed: outcome, ...rest }
}

function status(code: number, outcome: Outcome): FaultEntry {
  const act: Act = (scene) => scene.dialect.refuse(complaintFor(code, scene.model))
  return entry('F11', outcome, { says: `a ${code} in the vendor's own shape`, act })
}

function complain(complaint: Complaint): Act {
  return (scene) => scene.dialect.refuse(complaint)
}

function rateLimited(says: string, headers: (nowMs: number) => Head['headers']): FaultEntry {
  const act: Act = (scene) =>
    scene.dialect.refuse(complaintFor(429, scene.model), { ...scene.dialect.limitHeaders, ...headers(scene.nowMs) })
  return entry('F10', 'fails-over', { says, act })
}

// A copy of the recording gemini-error-429.json (see __fixtures__).
const RETRY_INFO_BODY = {
  error: {
    code: 429,
    message: 'You exceeded your current quota, please check your plan.',
    status: 'RESOURCE_EXHAUSTED',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
        violations: [{ quotaId: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier' }],
      },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' },
    ],
  },
}
