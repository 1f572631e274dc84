import { GatewayError, isJsonObject, type ModelRequest, type RouteDecision } from '@gateway/core'
import { openaiChat } from '@gateway/protocols'
import type { Context, Handler } from 'hono'
import { readWireRequest } from '../read-body.ts'
import type { ServerEnv, ServerParts } from '../server-parts.ts'

/** `GET /v1/route-check?model=…`: who would answer, why, and who else could. Sends nothing. */
export function checkRoute(parts: ServerParts): Handler<ServerEnv> {
  return (context) => {
    const model = context.req.query('model')
    if (!model)
      throw new GatewayError('invalid-request', 'model: expected the name of a model in the query, found nothing.', { param: 'model' })
    return explain(parts, context, openaiChat.openRequest(sampleOf(model)))
  }
}

/** `POST /v1/route-check` with a whole chat request: its own size decides the expected cost. */
export function checkRequest(parts: ServerParts): Handler<ServerEnv> {
  return async (context) => {
    const wire = await readWireRequest(context.req.raw, openaiChat.name, parts)
    return explain(parts, context, openaiChat.openRequest(wire))
  }
}

function explain(parts: ServerParts, context: Context<ServerEnv>, request: ModelRequest): Response {
  const decision = parts.decide(request, context.req.header('x-routing-strategy') ?? context.req.query('strategy'))
  return context.json({ model: request.model, strategy: decision.strategy.name, candidates: decision.candidates.map(toCandidate) })
}

function toCandidate({ target, facts, reason }: RouteDecision['candidates'][number]): object {
  const { provider, model, contextWindow } = target
  return {
    provider: provider.name,
    model,
    local: provider.isLocal,
    reason,
    context_window: contextWindow,
    expected_cost_usd: facts.expectedCostNanoUsd === null ? null : facts.expectedCostNanoUsd / 1e9,
  }
}

/** The shortest request there is. */
function sampleOf(model: string): Parameters<typeof openaiChat.openRequest>[0] {
  const text = JSON.stringify({ model, messages: [{ role: 'user', content: '' }] })
  const json: unknown = JSON.parse(text)
  return { protocol: openaiChat.name, text, bytes: new TextEncoder().encode(text), json: isJsonObject(json) ? json : {} }
}
