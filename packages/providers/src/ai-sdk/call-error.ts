import { isJsonObject, TransportError, type JsonObject, type TransportResponse } from '@gateway/core'

/** What a model's package threw, as the HTTP answer that was behind it. Throws `TransportError` where there was none. */
export function asResponse(error: unknown): TransportResponse {
  if (isApiCall(error) && error.statusCode === undefined)
    throw new TransportError('connection-failed', 'The model could not be reached.', { cause: error })
  const { status, text } = describeError(error)
  const headers = isApiCall(error) ? error.responseHeaders : undefined
  return {
    status,
    header: (name) => headers?.[name] ?? null,
    body: {
      async *[Symbol.asyncIterator]() {
        yield new TextEncoder().encode(text)
      },
    },
  }
}

/** Status and body, the body in OpenAI's envelope. An error that is no answer at all is a server's. */
export function describeError(error: unknown): { readonly status: number; readonly text: string } {
  const said = isApiCall(error) ? statusOf(error.statusCode ?? 500) : (STATUS_BY_NAME[error instanceof Error ? error.name : ''] ?? 500)
  return { status: said, text: JSON.stringify({ error: { ...detailOf(error), message: messageOf(error) } }) }
}

interface ApiCall extends Error {
  readonly statusCode?: number
  readonly responseHeaders?: Readonly<Record<string, string>>
  /** The vendor's body, where its package could read it. */
  readonly data?: unknown
}

/** By its name: there may be several copies of the package. */
function isApiCall(error: unknown): error is ApiCall {
  return error instanceof Error && error.name === 'AI_APICallError'
}

/** An answer of 200 that could not be read is no success. */
function statusOf(statusCode: number): number {
  return statusCode >= 300 ? statusCode : 502
}

/** https://ai-sdk.dev/docs/reference/ai-sdk-errors */
const STATUS_BY_NAME: Readonly<Record<string, number>> = {
  AI_LoadAPIKeyError: 401,
  AI_NoSuchModelError: 404,
  AI_InvalidArgumentError: 400,
  AI_InvalidPromptError: 400,
  AI_UnsupportedFunctionalityError: 400,
}

function detailOf(error: unknown): JsonObject {
  const data = isApiCall(error) ? error.data : error
  if (!isJsonObject(data) || error instanceof Error === !isApiCall(error)) return {}
  const { type, code, param } = isJsonObject(data['error']) ? data['error'] : data
  return Object.fromEntries(
    Object.entries({ type, code, param }).filter(([, value]) => typeof value === 'string' || typeof value === 'number'),
  )
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message
  if (isJsonObject(error) && typeof error['message'] === 'string') return error['message']
  return typeof error === 'string' ? error : 'The model failed.'
}
