import type { ChatProtocol, Reply } from '@gateway/core'
import type { Context } from 'hono'
import { replyHeaders } from './reply-headers.ts'
import type { ServerEnv, ServerParts } from './server-parts.ts'

/** Where and how a reply goes out. */
export interface Surface {
  readonly parts: ServerParts
  readonly context: Context<ServerEnv>
  /** What the client speaks. */
  readonly protocol: ChatProtocol
}

/** An answer in one piece: the bytes that came where the client speaks their protocol, else written anew. */
export function respondWhole({ context, protocol }: Surface, reply: Reply): Response {
  const { body } = reply
  if (body.kind !== 'whole') throw new TypeError('A reply in parts to a request that asked for none.')
  const written = body.wire?.protocol === protocol.name ? { value: null, warnings: [] } : protocol.writeReply(body.reply)
  const warnings = [...reply.warnings, ...written.warnings]
  const headers = { 'content-type': 'application/json', 'x-request-id': context.get('requestId'), ...replyHeaders({ ...reply, warnings }) }
  return new Response(written.value === null ? (body.wire?.bytes ?? null) : JSON.stringify(written.value), { headers })
}
