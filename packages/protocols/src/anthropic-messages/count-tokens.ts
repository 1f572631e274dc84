import type { ChatRequest, JsonObject } from '@gateway/core'
import { checkBody } from '../check-body.ts'
import { refuseFields } from '../refuse-fields.ts'
import { readPrompt } from './request.ts'
import { CHECKED_FIELDS, countTokensSchema } from './wire.ts'

/**
 * The prompt of a body for `/v1/messages/count_tokens`, as a request that generates nothing. Throws
 * `GatewayError('invalid-request')` as `readRequest` does.
 * Source: https://platform.claude.com/docs/en/api/messages/count_tokens
 */
export function readCountTokensRequest(body: JsonObject): ChatRequest {
  const { model } = checkBody(countTokensSchema, body)
  refuseFields(body, CHECKED_FIELDS)
  return { ...readPrompt(body), model, isStreaming: false }
}

/** The answer: tokens of the prompt, cached ones included. */
export function writeCountTokensReply(inputTokens: number): JsonObject {
  return { input_tokens: inputTokens }
}
