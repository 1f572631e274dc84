import type { UpstreamFailure } from '@gateway/core'
import type { ErrorBody } from '../openai-chat/error-body.ts'
import * as openai from '../openai-chat/judge-error.ts'

type Judgement = Pick<UpstreamFailure, 'scope' | 'reason' | 'retryable' | 'message'>

/** What an answer that is not 2xx means. The server has another surface that speaks as OpenAI does, and one set of errors for both. */
export function judgeAnswer(status: number, error: ErrorBody): UpstreamFailure {
  return { ...openai.judgeAnswer(status, error), ...correct(error.message) }
}

/** What an error inside a 200 means. */
export function judgeInside(error: ErrorBody): UpstreamFailure {
  return { ...openai.judgeInside(error), ...correct(error.message) }
}

/** What the server says with a 500 and what it says in the middle of an answer has no code: its words are all there is. */
const CORRECTIONS: readonly (readonly [RegExp, Judgement])[] = [
  [
    /requires more (?:system |gpu )?memory|out of memory/i,
    { scope: 'model', reason: 'overloaded', retryable: false, message: 'the model does not fit into the memory of the upstream' },
  ],
  [
    /server busy|maximum pending requests/i,
    { scope: 'endpoint', reason: 'overloaded', retryable: true, message: 'the upstream is overloaded' },
  ],
  [
    /prompt too long|exceed(?:s|ed) (?:the )?max(?:imum)? context|exceeds the context length/i,
    { scope: 'request', reason: 'context-too-long', retryable: false, message: "the request is longer than the model's context" },
  ],
  [
    /missing data required for image input|failed to (?:load|process|decode) image|invalid image|does not support (?:tools|thinking|chat|vision)/i,
    { scope: 'request', reason: 'rejected', retryable: false, message: 'the upstream rejected the request' },
  ],
]

function correct(message: string): Judgement | undefined {
  const words = message.slice(0, 2000)
  return CORRECTIONS.find(([pattern]) => pattern.test(words))?.[1]
}
