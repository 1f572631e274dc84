import { endpointFailure, type FailureReason, type judgeStatus, type UpstreamFailure } from '@gateway/core'
import { scrub } from './scrub.ts'

/** What an upstream says of its error, in OpenAI's words; not scrubbed yet. */
export interface SaidError {
  readonly message: string
  readonly type?: string | undefined
  readonly code?: string | undefined
  readonly param?: string | undefined
}

/** The failure of a judgement: our words for people, and the upstream's own, scrubbed, for the client whose request was at fault. */
export function upstreamFailure(judgement: ReturnType<typeof judgeStatus>, status: number | undefined, error: SaidError): UpstreamFailure {
  const message = scrub(error.message)
  return {
    ...judgement,
    ...(status !== undefined && status !== 0 && { status }),
    message: WORDS[judgement.reason] ?? judgement.reason,
    ...(message !== '' && {
      detail: {
        message,
        ...(error.type !== undefined && { type: scrub(error.type) }),
        ...(error.code !== undefined && { code: scrub(error.code) }),
        ...(error.param !== undefined && { param: scrub(error.param) }),
      },
    }),
  }
}

/** An answer that is none. */
export function badReply(reason: BadReply): UpstreamFailure {
  return endpointFailure(reason, WORDS[reason])
}

export type BadReply = 'error-in-reply' | 'malformed-reply' | 'empty-reply' | 'truncated-stream' | 'reply-too-large'

/** What a person is told; the upstream's own words stay in `detail`. */
const WORDS: { readonly [reason in BadReply]: string } & { readonly [reason in FailureReason]?: string } = {
  rejected: 'the upstream rejected the request',
  'context-too-long': "the request is longer than the model's context",
  'authentication-failed': "the upstream rejected the gateway's credentials",
  'quota-exhausted': "the gateway's quota at the upstream is used up",
  'rate-limited': 'the upstream limits the rate of requests',
  'model-not-found': 'the upstream does not know the model',
  overloaded: 'the upstream is overloaded',
  'server-error': 'the upstream failed',
  redirected: 'the upstream redirected the request',
  'error-in-reply': 'the upstream answered with an error inside a success',
  'malformed-reply': 'the upstream sent something that is not an answer',
  'empty-reply': 'the upstream sent an empty answer',
  'truncated-stream': 'the stream broke off before its end',
  'reply-too-large': 'the upstream sent more at once than can be held',
}
