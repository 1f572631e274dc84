import { openExchange, type Exchange, type ModelRequest, type Reply } from '@gateway/core'
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
  const exchange = openExchange(request, {
    requestId: context.get('requestId'),
    strategy: context.req.header('x-routing-strategy'),
    signal: controller.signal,
    defer: parts.defer,
    isStrict: parts.settings.isStrict || context.req.header('x-gateway-strict') === 'true',
  })
  const reply = parts.handle(exchange)
  // A Worker whose client has gone is torn down at once, before the request is booked, unless something keeps it alive.
  exchange.defer(reply.catch(() => {}))
  return { exchange, reply, leave }
}

/** Answers a call. Where that fails nobody would read what the upstream goes on to say, so it is stopped. */
export async function answerCall(call: Call, respond: (call: Call) => Promise<Response>): Promise<Response> {
  try {
    return await respond(call)
  } catch (error) {
    call.leave()
    throw error
  }
}
