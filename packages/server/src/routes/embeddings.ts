import { GatewayError, type EmbeddingsProtocol, type Reply, type WireRequest } from '@gateway/core'
import type { Context, Handler } from 'hono'
import { openChosen } from '../chosen-provider.ts'
import { refuseWhileDraining } from '../draining.ts'
import { startCall } from '../open-exchange.ts'
import { readWireRequest } from '../read-body.ts'
import { replyHeaders } from '../reply-headers.ts'
import type { ServerEnv, ServerParts } from '../server-parts.ts'

/** An address at which texts are embedded. */
export function embeddings(parts: ServerParts, protocol: EmbeddingsProtocol): Handler<ServerEnv> {
  return async (context) => {
    refuseWhileDraining(parts)
    const wire = await readWireRequest(context.req.raw, protocol.name, parts)
    return answerEmbeddings({ parts, context, protocol }, wire)
  }
}

export interface EmbeddingsSurface {
  readonly parts: ServerParts
  readonly context: Context<ServerEnv>
  readonly protocol: EmbeddingsProtocol
}

export async function answerEmbeddings({ parts, context, protocol }: EmbeddingsSurface, wire: WireRequest): Promise<Response> {
  const request = openChosen(wire, (plain) => protocol.openRequest(plain))
  const reply = await startCall(parts, context, request).reply
  const headers = { 'content-type': 'application/json', 'x-request-id': context.get('requestId'), ...replyHeaders(reply) }
  return new Response(bodyOf(reply, protocol, request.embeddings), { headers })
}

/** The bytes that came where the client speaks their protocol, else written anew. */
function bodyOf(
  { body }: Reply,
  protocol: EmbeddingsProtocol,
  asked: ReturnType<EmbeddingsProtocol['openRequest']>['embeddings'],
): BodyInit {
  if (body.kind !== 'embeddings') throw new GatewayError('internal', 'An answer without vectors to a request for some.')
  if (body.wire?.protocol === protocol.name) return body.wire.bytes
  return JSON.stringify(protocol.writeReply(body.reply, asked()))
}
