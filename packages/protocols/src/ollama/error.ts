import { isJsonObject } from '@gateway/core'
import type { ErrorResponse, GatewayError, JsonObject, UpstreamFailure } from '@gateway/core'
import { compact } from '../compact.ts'
import { parseJson } from '../json-fields.ts'
import { readErrorBody } from '../openai-chat/error-body.ts'
import { readRetryAfter } from '../retry-after.ts'
import { judgeAnswer } from './judge-error.ts'
import { writeAttempt } from '../write-attempt.ts'

export function readError(response: ErrorResponse): UpstreamFailure {
  const parsed = parseJson(response.text)
  const body = isJsonObject(parsed) ? parsed : null
  const failure = judgeAnswer(response.status, readErrorBody(body ?? undefined))
  const retryAfterMs = readRetryAfter(response, body)
  return retryAfterMs === undefined ? failure : { ...failure, retryAfterMs }
}

/** `error` is a text here, which the vendor's clients show as it is; what else there is to say stands beside it. */
export function writeError(error: GatewayError, _status: number): JsonObject {
  if (error.code === 'all-endpoints-failed') {
    const attempts = error.attempts.map(writeAttempt)
    return { error: 'All inference endpoints failed', code: error.code, details: error.message, attempts }
  }
  const own = error.code === 'upstream-rejected' ? error.failure?.detail : undefined
  return compact({ error: own?.message ?? error.message, code: own?.code ?? error.code, param: own?.param ?? error.param })
}
