import { judgeStatus } from '@gateway/core'
import type { UpstreamFailure } from '@gateway/core'
import * as openai from '../openai-chat/judge-error.ts'
import type { ErrorBody } from './error-body.ts'

type Judgement = Pick<UpstreamFailure, 'scope' | 'reason' | 'retryable' | 'message'>

/** What an answer that is not 2xx means: Cloudflare's number, else its words, else the status. */
export function judgeAnswer(status: number, error: ErrorBody): UpstreamFailure {
  return { ...openai.judgeAnswer(status, asOpenAi(error)), ...BY_CODE.get(error.code ?? 0)?.judgement }
}

/** What an error inside a 200 means, or one that a binding threw. */
export function judgeInside(error: ErrorBody): UpstreamFailure {
  const known = BY_CODE.get(error.code ?? 0)
  if (known === undefined) return openai.judgeInside(asOpenAi(error))
  return { ...openai.judgeAnswer(known.status, asOpenAi(error)), ...known.judgement }
}

/** The HTTP status that stands for a number; 500 for one that nobody knows. */
export function statusOf(error: ErrorBody): number {
  const status = BY_CODE.get(error.code ?? 0)?.status ?? error.code ?? 0
  return status >= 400 && status <= 599 ? status : 500
}

const REJECTED: Judgement = { scope: 'request', reason: 'rejected', retryable: false, message: 'the upstream rejected the request' }
const NO_MODEL: Judgement = {
  scope: 'model',
  reason: 'model-not-found',
  retryable: false,
  message: 'the upstream does not know the model',
}
/** Other models of the account still answer. */
const MODEL_FORBIDDEN: Judgement = {
  scope: 'model',
  reason: 'model-not-found',
  retryable: false,
  message: 'the account may not use the model',
}
const BAD_CREDENTIAL: Judgement = {
  scope: 'credential',
  reason: 'authentication-failed',
  retryable: false,
  message: "the upstream rejected the gateway's credentials",
}
const QUOTA_EXHAUSTED: Judgement = {
  scope: 'credential',
  reason: 'quota-exhausted',
  retryable: false,
  message: "the gateway's quota at the upstream is used up",
}
const TOO_LONG: Judgement = {
  scope: 'request',
  reason: 'context-too-long',
  retryable: false,
  message: "the request is longer than the model's context",
}
const OVERLOADED: Judgement = { scope: 'endpoint', reason: 'overloaded', retryable: true, message: 'the upstream is overloaded' }
const FAILED: Judgement = { ...judgeStatus(408), message: 'the upstream failed' }

interface Known {
  readonly status: number
  readonly judgement: Judgement
}

/**
 * Source: https://developers.cloudflare.com/workers-ai/platform/errors/ for those below 6000 (5006 and 5021 stand only in its
 * answers), https://developers.cloudflare.com/fundamentals/api/troubleshooting/ for the others.
 */
const BY_CODE: ReadonlyMap<number, Known> = new Map([
  [3003, { status: 400, judgement: REJECTED }],
  [3006, { status: 413, judgement: REJECTED }],
  [3007, { status: 408, judgement: FAILED }],
  [3008, { status: 408, judgement: FAILED }],
  [3023, { status: 403, judgement: BAD_CREDENTIAL }],
  // Until midnight UTC, or until the account pays.
  [3036, { status: 429, judgement: QUOTA_EXHAUSTED }],
  [3039, { status: 400, judgement: REJECTED }],
  // Nothing that another key would change, although the status is that of a limit.
  [3040, { status: 429, judgement: OVERLOADED }],
  [3041, { status: 403, judgement: MODEL_FORBIDDEN }],
  [3042, { status: 404, judgement: NO_MODEL }],
  [5004, { status: 400, judgement: REJECTED }],
  [5005, { status: 405, judgement: REJECTED }],
  [5006, { status: 400, judgement: REJECTED }],
  [5007, { status: 400, judgement: NO_MODEL }],
  [5016, { status: 403, judgement: MODEL_FORBIDDEN }],
  [5018, { status: 403, judgement: MODEL_FORBIDDEN }],
  [5019, { status: 405, judgement: REJECTED }],
  [5021, { status: 400, judgement: TOO_LONG }],
  // An account that is not the token's looks like an address that is not there.
  [7003, { status: 404, judgement: BAD_CREDENTIAL }],
  [9106, { status: 401, judgement: BAD_CREDENTIAL }],
  [9109, { status: 403, judgement: BAD_CREDENTIAL }],
  [10_000, { status: 401, judgement: BAD_CREDENTIAL }],
])

/** The words are judged as those of any server that speaks like OpenAI. */
function asOpenAi({ message, code }: ErrorBody): Parameters<typeof openai.judgeInside>[0] {
  return { message, ...(code !== undefined && { code: String(code) }) }
}
