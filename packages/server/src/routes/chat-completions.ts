import { GatewayError, type Exchange } from '@gateway/core'
import { openaiChat } from '@gateway/protocols'
import type { Context, Handler } from 'hono'
import { readWireRequest } from '../read-body.ts'
import { respondStream } from '../respond-stream.ts'
import { respondWhole } from '../respond-whole.ts'
import type { ServerEnv, ServerParts } from '../server-parts.ts'

/** `POST /v1/chat/completions`. */
export function chatCompletions(parts: ServerParts): Handler<ServerEnv> {
  return async (context) => {
    if (parts.isDraining?.()) throw new GatewayError('shutting-down', 'This gateway is shutting down.', { retryAfterMs: 1_000 })
    const wire = await readWireRequest(context.req.raw, openaiChat.name, parts.settings.maxBodyBytes)
    const request = openaiChat.openRequest(wire)
    const { exchange, leave } = openExchange(parts, context, request)
    const surface = { parts, context, protocol: openaiChat }
    const reply = parts.handle(exchange)
    // A Worker whose client has gone is torn down at once, before the request is booked, unless something keeps it alive.
    exchange.defer(reply.catch(() => {}))
    return request.isStreaming ? respondStream(surface, { reply, exchange, leave }) : respondWhole(surface, await reply)
  }
}

/** The exchange, and what to call when the client goes away and only the stream tells. */
function openExchange(
  { defer }: ServerParts,
  context: Context<ServerEnv>,
  request: Exchange['request'],
): { readonly exchange: Exchange; readonly leave: () => void } {
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
    defer: deferOf(context, defer),
    ...(strategy === undefined ? {} : { strategy }),
  }
  return { exchange, leave }
}

/** Workers keep a request's work alive by its context; elsewhere the app does. */
function deferOf(context: Context<ServerEnv>, fallback: ServerParts['defer']): Exchange['defer'] {
  try {
    const { executionCtx } = context
    return (work) => executionCtx.waitUntil(work)
  } catch {
    // Hono throws where there is no such context.
    return fallback
  }
}
