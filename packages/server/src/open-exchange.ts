import type { Exchange, ModelRequest, Reply } from '@gateway/core'
import type { Context } from 'hono'
import type { ServerEnv, ServerParts } from './server-parts.ts'

/** A request that is on its way through the path. */
export interface Call {
  readonly exchange: Exchange
  readonly reply: Promise<Reply>
  /** What to call when the client goes away and only the stream tells. */
  readonly leave: () => void
}

/** Sends a request through the path, and keeps it alive until it is booked. */
export function startCall(parts: ServerParts, context: Context<ServerEnv>, request: ModelRequest): Call {
  const controller = new AbortController()
  const leave = (): void => controller.abort()
  const { signal } = context.req.raw
  if (signal.aborted) leave()
  else signal.addEventListener('abort', leave, { once: true })
  const strategy = context.req.header('x-routing-strategy')
  const exchange: Exchange = {
    id: context.get('requestId'),
    caller: { id: null },
    request,
    candidates: [],
    signal: controller.signal,
    defer: parts.defer,
    isStrict: parts.settings.isStrict || context.req.header('x-gateway-strict') === 'true',
    ...(strategy === undefined ? {} : { strategy }),
  }
  const reply = parts.handle(exchange)
  // A Worker whose client has gone is torn down at once, before the request is booked, unless something keeps it alive.
  exchange.defer(reply.catch(() => {}))
  return { exchange, reply, leave }
}
