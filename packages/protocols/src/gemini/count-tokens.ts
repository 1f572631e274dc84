import { isJsonObject, ReplyError } from '@gateway/core'
import type { ChatRequest, JsonObject, Written } from '@gateway/core'
import { compact } from '../compact.ts'
import { numberOf } from '../json-fields.ts'
import { findError } from './error-body.ts'
import { camelFields } from './field-names.ts'
import { judgeInside } from './judge-error.ts'
import { badReply } from '../upstream-failure.ts'
import { readRequest, writeRequest } from './request.ts'

/** Tokens of a prompt, cached ones included. */
export interface TokenCount {
  readonly tokens: number
  readonly cachedTokens?: number
}

/**
 * The prompt of a body for `:countTokens`, which is `contents` alone or a whole `generateContentRequest`, as a request that
 * generates nothing. Throws `GatewayError('invalid-request')` as `readRequest` does.
 * Source: https://ai.google.dev/api/tokens
 */
export function readCountTokensRequest(body: JsonObject, model: string): ChatRequest {
  const { generateContentRequest } = camelFields(body)
  return readRequest(isJsonObject(generateContentRequest) ? generateContentRequest : body, { model, isStreaming: false })
}

/** `contents` alone where the request says nothing else, since that is what every model takes. */
export function writeCountTokensRequest(request: ChatRequest): Written<JsonObject> {
  const { value, warnings } = writeRequest(request)
  const { contents, ...others } = value
  if (Object.keys(others).length === 0) return { value: { contents }, warnings }
  return { value: { generateContentRequest: { model: `models/${request.model}`, ...value } }, warnings }
}

/** Throws `ReplyError` for what is not a count. */
export function readCountTokensReply(body: JsonObject): TokenCount {
  const error = findError(body)
  if (error) throw new ReplyError(judgeInside(error))
  const fields = camelFields(body)
  // Protobuf leaves out zeros.
  const tokens = numberOf(fields.totalTokens) ?? (Object.keys(fields).length === 0 ? 0 : undefined)
  if (tokens === undefined) throw new ReplyError(badReply('malformed-reply'))
  return compact({ tokens, cachedTokens: numberOf(fields.cachedContentTokenCount) })
}

export function writeCountTokensReply({ tokens, cachedTokens }: TokenCount): JsonObject {
  return compact({ totalTokens: tokens, cachedContentTokenCount: cachedTokens })
}
