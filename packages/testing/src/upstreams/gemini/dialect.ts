import type { Complaint } from '../complaint.ts'
import type { Dialect } from '../dialect.ts'
import { json, streamHead } from '../script.ts'

/** How the Gemini API says it. Shapes as in the recordings; statuses as in https://cloud.google.com/apis/design/errors */
export function geminiDialect(model: string, isSse: boolean): Dialect {
  const late = { error: { code: 503, message: 'The model is overloaded. Please try again later.', status: 'UNAVAILABLE' } }
  return {
    streamHead: streamHead(isSse ? 'text/event-stream' : 'application/json; charset=UTF-8'),
    refuse: (complaint, headers = {}) => json(complaint.status, errorBody(complaint), { ...CONTENT_TYPE, ...headers }),
    limitHeaders: {},
    lateError: { body: late, event: isSse ? `data: ${JSON.stringify(late)}\r\n\r\n` : `,\r\n${JSON.stringify(late, null, 2)}\n` },
    halfEvent: isSse ? 'data: {"candidates": [{"content": {"par' : '[{\n  "candidates": [\n    {',
    emptyStream: isSse ? '' : '[]',
    emptyBody: { candidates: [], usageMetadata: { promptTokenCount: 0, totalTokenCount: 0 }, modelVersion: model },
  }
}

const CONTENT_TYPE = { 'content-type': 'application/json; charset=UTF-8' } as const

const STATUSES: ReadonlyMap<number, string> = new Map([
  [401, 'UNAUTHENTICATED'],
  [402, 'FAILED_PRECONDITION'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [408, 'DEADLINE_EXCEEDED'],
  [409, 'ABORTED'],
  [425, 'UNAVAILABLE'],
  [429, 'RESOURCE_EXHAUSTED'],
  [500, 'INTERNAL'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
  [529, 'UNAVAILABLE'],
])

function errorBody(complaint: Complaint): unknown {
  const error = { code: complaint.status, message: complaint.message, status: STATUSES.get(complaint.status) ?? 'INVALID_ARGUMENT' }
  switch (complaint.code) {
    case 'context_length_exceeded':
      return { error: { ...error, message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).' } }
    case 'insufficient_quota':
      return { error: { ...error, message: 'You exceeded your current quota.', details: SPENT_FOR_TODAY } }
    case 'API_KEY_INVALID':
      return { error: { ...error, details: [{ ...ERROR_INFO, reason: complaint.code }] } }
    default:
      return { error }
  }
}

const ERROR_INFO = {
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  domain: 'googleapis.com',
  metadata: { service: 'generativelanguage.googleapis.com' },
} as const

const SPENT_FOR_TODAY = [
  {
    '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
    violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }],
  },
  { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '37s' },
] as const
