import { GatewayError, type ChatProtocol, type WireRequest } from '@gateway/core'
import { createJsonArrayWriter, gemini } from '@gateway/protocols'
import type { Context, Handler } from 'hono'
import { openChosen } from '../chosen-provider.ts'
import { readWireRequest } from '../read-body.ts'
import { answerCall, startCall } from '../open-exchange.ts'
import { respondStream } from '../respond-stream.ts'
import { respondWhole, type Surface } from '../respond-whole.ts'
import type { ServerEnv, ServerParts } from '../server-parts.ts'
import { refuseWhileDraining } from '../draining.ts'

/** An address at which a chat protocol is spoken. */
export function chat(parts: ServerParts, protocol: ChatProtocol): Handler<ServerEnv> {
  return async (context) => {
    refuseWhileDraining(parts)
    const wire = await readWireRequest(context.req.raw, protocol.name, parts)
    return answer({ parts, context, protocol }, wire)
  }
}

/** Gemini says the model and streaming in the address: `/v1beta/models/{model}:generateContent`. */
export async function geminiChat(
  parts: ServerParts,
  context: Context<ServerEnv>,
  address: NonNullable<WireRequest['address']>,
): Promise<Response> {
  const wire = await readWireRequest(context.req.raw, gemini.name, parts)
  const response = await answer({ parts, context, protocol: gemini }, { ...wire, address })
  return address.isStreaming && context.req.query('alt') !== 'sse' && response.ok ? asJsonArray(response) : response
}

async function answer(surface: Surface, wire: WireRequest): Promise<Response> {
  const { protocol, parts, context } = surface
  const request = openChosen(wire, (plain) => protocol.openRequest({ ...plain, headers: requestHeaders(protocol, context) }))
  const call = startCall(parts, context, request)
  return answerCall(call, async () => (request.isStreaming ? respondStream(surface, call) : respondWhole(surface, await call.reply)))
}

/** The few headers that go on to a vendor; everything else of a client's ends here. */
function requestHeaders({ requestHeaders: names = [] }: ChatProtocol, context: Context<ServerEnv>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = context.req.header(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** What a client gets that leaves `alt=sse` out: the same answers, as one array. */
function asJsonArray(response: Response): Response {
  const writer = createJsonArrayWriter()
  const encoder = new TextEncoder()
  const body = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => controller.enqueue(encoder.encode(writer.write(chunk))),
      flush: (controller) => controller.enqueue(encoder.encode(writer.end())),
    }),
  )
  if (!body) throw new GatewayError('internal', 'A stream without a body.')
  const headers = new Headers(response.headers)
  headers.set('content-type', 'application/json')
  return new Response(body, { headers })
}
