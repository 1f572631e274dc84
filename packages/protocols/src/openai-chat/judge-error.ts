import { judgeStatus } from '@gateway/core'
import type { UpstreamFailure } from '@gateway/core'
import type { ErrorBody } from './error-body.ts'
import { upstreamFailure } from '../upstream-failure.ts'

type Judgement = Pick<UpstreamFailure, 'scope' | 'reason' | 'retryable'>

/** What an answer that is not 2xx means: its status, corrected where the body knows better. */
export function judgeAnswer(status: number, error: ErrorBody): UpstreamFailure {
  return upstreamFailure(correct(status, error) ?? judgeStatus(status), status, error)
}

/** What an error inside a 200 means: the status that it names or that its type stands for; otherwise the endpoint is at fault. */
export function judgeInside(error: ErrorBody): UpstreamFailure {
  const status = error.status ?? STATUS_OF_TYPE.get(error.type ?? '') ?? STATUS_OF_TYPE.get(error.code ?? '')
  const judged = correct(status ?? 0, error) ?? (status === undefined ? undefined : judgeStatus(status))
  const isServerError = judged === undefined || judged.reason === 'server-error'
  return upstreamFailure(isServerError ? ERROR_IN_REPLY : judged, status, error)
}

const ERROR_IN_REPLY: Judgement = { scope: 'endpoint', reason: 'error-in-reply', retryable: true }
const REJECTED: Judgement = { scope: 'request', reason: 'rejected', retryable: false }
const CONTEXT_TOO_LONG: Judgement = { scope: 'request', reason: 'context-too-long', retryable: false }
const QUOTA_EXHAUSTED: Judgement = { scope: 'credential', reason: 'quota-exhausted', retryable: false }
const TOO_LARGE_FOR_QUOTA: Judgement = { scope: 'credential', reason: 'rate-limited', retryable: false }
const BAD_CREDENTIAL: Judgement = { scope: 'credential', reason: 'authentication-failed', retryable: false }
const MODEL_NOT_FOUND: Judgement = { scope: 'model', reason: 'model-not-found', retryable: false }

/** For errors that come without a status of their own. */
const STATUS_OF_TYPE: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['bad_request_error', 400],
  ['BadRequestError', 400],
  ['authentication_error', 401],
  ['invalid_api_key', 401],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['model_not_found', 404],
  ['rate_limit_error', 429],
  ['rate_limit_exceeded', 429],
  ['insufficient_quota', 429],
  ['overloaded_error', 529],
])

interface Correction {
  readonly judgement: Judgement
  /** HTTP statuses to which it applies; all where absent. */
  readonly statuses?: (status: number) => boolean
  /** Codes or types, whole. */
  readonly codes: ReadonlySet<string>
  readonly wording?: RegExp
}

/** Where the status alone misleads. The first that fits decides. */
const CORRECTIONS: readonly Correction[] = [
  {
    // OpenAI's 429 that no retry will cure; others say the same of an empty account.
    judgement: QUOTA_EXHAUSTED,
    codes: new Set(['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active', 'insufficient_credits']),
    wording: /insufficient (?:credits?|balance|funds|quota)|(?:used all|out of|no) (?:available )?credits/i,
  },
  {
    // Groq's 413: the request alone is larger than what the account may use in a minute. OpenAI says so with 429.
    judgement: TOO_LARGE_FOR_QUOTA,
    statuses: (status) => status === 413 || status === 429,
    codes: new Set(['tokens_limit_reached']),
    wording: /request too large for/i,
  },
  {
    judgement: TOO_LARGE_FOR_QUOTA,
    statuses: (status) => status === 413,
    codes: new Set(['rate_limit_exceeded']),
  },
  {
    judgement: CONTEXT_TOO_LONG,
    statuses: (status) => status !== 429,
    codes: new Set(['context_length_exceeded', 'exceed_context_size_error', 'context_window_exceeded']),
    wording:
      /(?:maximum|available|model'?s?) context (?:length|size|window)|context (?:length|size|window) (?:is )?(?:exceeded|of)|exceeds? (?:the )?(?:\S+ )?context|(?:prompt|input|request|messages?) (?:is|are) too long|too many (?:input |prompt )?tokens|input tokens? (?:count )?(?:\(\d+\) )?exceeds?/i,
  },
  {
    // Google and xAI answer a bad key with 400.
    judgement: BAD_CREDENTIAL,
    statuses: (status) => status === 400,
    codes: new Set(['invalid_api_key', 'API_KEY_INVALID']),
    wording: /api key not valid|(?:incorrect|invalid) api key/i,
  },
  {
    // OpenRouter answers 400, Groq 400 for a model that is gone.
    judgement: MODEL_NOT_FOUND,
    statuses: (status) => status === 400 || status === 0,
    codes: new Set(['model_not_found', 'model_decommissioned', 'model_not_active', 'invalid_model']),
    wording: /not a valid model|model\b.{0,100}\b(?:not found|does not exist|has been decommissioned)/i,
  },
  {
    // The model wrote a call that does not fit the tool's schema: the next try may do better.
    judgement: ERROR_IN_REPLY,
    codes: new Set(['tool_use_failed', 'json_validate_failed']),
  },
  {
    // llama.cpp answers 500 to an image for a model that only reads text, and to a request that it cannot parse.
    judgement: REJECTED,
    statuses: (status) => status >= 500,
    codes: new Set(['invalid_request_error']),
    wording:
      /(?:image|audio|video|file)s?(?: inputs?)? (?:is|are) not supported|(?:does not|doesn't) support (?:image|audio|video|vision|tool)/i,
  },
  {
    // OpenRouter's 403 is moderation: the prompt was flagged, the key is fine.
    judgement: REJECTED,
    statuses: (status) => status === 403,
    codes: new Set(['moderation', 'content_policy_violation']),
    wording: /moderation|flagged/i,
  },
]

function correct(status: number, error: ErrorBody): Judgement | undefined {
  return CORRECTIONS.find((correction) => isFitting(correction, status, error))?.judgement
}

function isFitting({ statuses, codes, wording }: Correction, status: number, { message, code, type }: ErrorBody): boolean {
  if (statuses !== undefined && !statuses(status)) return false
  return codes.has(code ?? '') || codes.has(type ?? '') || (wording?.test(message.slice(0, 2000)) ?? false)
}
