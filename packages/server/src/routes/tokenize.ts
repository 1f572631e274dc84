import { GatewayError } from '@gateway/core'
import type { Handler } from 'hono'
import { readWireRequest } from '../read-body.ts'
import type { ServerEnv, ServerParts } from '../server-parts.ts'

/** `POST /v1/tokenize`: `{ input, model }` → `{ tokens, method }`; `method` says whether the count is the model's own. */
export function tokenize(parts: ServerParts): Handler<ServerEnv> {
  return async (context) => {
    const { json } = await readWireRequest(context.req.raw, 'tokenize', parts)
    const { input, model } = json
    if (typeof input !== 'string') throw missing('input', input)
    if (typeof model !== 'string') throw missing('model', model)
    const name = parts.catalogue.resolve(model)[0]?.model ?? model
    return context.json(await parts.tokens.count(input, name))
  }
}

function missing(field: string, found: unknown): GatewayError {
  return new GatewayError('invalid-request', `${field}: expected a string, found ${found === undefined ? 'nothing' : typeof found}.`, {
    param: field,
  })
}
