import { GatewayError, type ChatProtocol, type GatewayErrorCode } from '@gateway/core'
import type { Context } from 'hono'
import type { ServerEnv, ServerSettings } from './server-parts.ts'

/** One table for all surfaces. `upstream-rejected` has the upstream's own status. */
const HTTP_STATUS = {
  'invalid-request': 400,
  unauthenticated: 401,
  'not-found': 404,
  'method-not-allowed': 405,
  'body-too-large': 413,
  'body-too-slow': 408,
  'unsupported-media-type': 415,
  'model-not-found': 404,
  'unknown-strategy': 400,
  'upstream-rejected': 400,
  'rate-limited': 429,
  'all-endpoints-failed': 503,
  'stream-interrupted': 502,
  'shutting-down': 503,
  'client-closed': 499,
  'invalid-configuration': 500,
  internal: 500,
} as const satisfies Record<GatewayErrorCode, number>

export interface ErrorSurface {
  readonly context: Context<ServerEnv>
  readonly protocol: ChatProtocol
  readonly settings: Pick<ServerSettings, 'maxRetryAfterMs'>
}

/** Any error, in the envelope of the client's own protocol. What is not ours is `internal`, and says nothing of its cause. */
export function errorResponse(error: unknown, { context, protocol, settings }: ErrorSurface): Response {
  const known = toGatewayError(error)
  const status = httpStatus(known)
  const headers = new Headers(context.res.headers)
  headers.set('content-type', 'application/json')
  for (const name of ['x-request-id', 'request-id']) headers.set(name, context.get('requestId'))
  // What is left of the body would be read as the next request, or be waited for.
  if (known.code === 'body-too-large' || known.code === 'body-too-slow') headers.set('connection', 'close')
  for (const [name, value] of Object.entries(retryHeaders(known, settings.maxRetryAfterMs))) headers.set(name, value)
  return new Response(JSON.stringify(protocol.writeError(known, status)), { status, headers })
}

/** The status under which a client sees the error. */
export function httpStatus(error: GatewayError): number {
  const rejected = error.code === 'upstream-rejected' ? error.failure?.status : undefined
  return rejected !== undefined && rejected >= 400 && rejected < 500 ? rejected : HTTP_STATUS[error.code]
}

/** Leaves ours as they are. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  return new GatewayError('internal', 'The gateway failed at this request.', { cause: error })
}

/** Once the gateway has tried by itself, a client that tries again only adds load. */
function retryHeaders(error: GatewayError, maxRetryAfterMs: number): Record<string, string> {
  const headers: Record<string, string> = {}
  if (error.attempts.length > 0) {
    headers['x-gateway-attempts'] = String(error.attempts.length)
    headers['x-should-retry'] = 'false'
  }
  if (error.retryAfterMs !== undefined) {
    const waitMs = Math.min(error.retryAfterMs, maxRetryAfterMs)
    headers['retry-after'] = String(Math.ceil(waitMs / 1_000))
    headers['retry-after-ms'] = String(Math.ceil(waitMs))
  }
  return headers
}
