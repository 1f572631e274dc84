import { GatewayError, writeJson, type ChatRequest, type OtherModelRequest, type WireRequest } from '@gateway/core'
import { anthropicMessages, gemini, geminiTokenCount, readCountTokensRequest, writeCountTokensReply } from '@gateway/protocols'
import type { Context, Handler } from 'hono'
import { readWireRequest } from '../read-body.ts'
import { textOfRequest } from '../text-of-request.ts'
import type { ServerEnv, ServerParts } from '../server-parts.ts'
import { passOther } from './other.ts'

/** `POST /v1/messages/count_tokens`: the vendor's own count where one of its own would answer, else an estimate that says so. */
export function countMessages(parts: ServerParts): Handler<ServerEnv> {
  return async (context) => {
    const wire = await readWireRequest(context.req.raw, anthropicMessages.name, parts)
    const request = readCountTokensRequest(wire.json)
    if (speaks(parts, request.model, anthropicMessages.name)) {
      return passOther(
        parts,
        context,
        asOther(wire, request.model, () => '/messages/count_tokens'),
      )
    }
    const { tokens, method } = await estimate(parts, request)
    return context.json(writeCountTokensReply(tokens), 200, { 'x-gateway-warnings': `emulated:count_tokens (${method})` })
  }
}

/** `POST /v1beta/models/{model}:countTokens`. */
export async function countGemini(parts: ServerParts, context: Context<ServerEnv>, model: string): Promise<Response> {
  const wire = await readWireRequest(context.req.raw, gemini.name, parts)
  const request = geminiTokenCount.readRequest(wire.json, model)
  if (speaks(parts, model, gemini.name)) {
    return passOther(
      parts,
      context,
      asOther(wire, model, (name) => `/models/${name}:countTokens`),
    )
  }
  const { tokens, method } = await estimate(parts, request)
  return context.json(geminiTokenCount.writeReply({ tokens }), 200, { 'x-gateway-warnings': `emulated:countTokens (${method})` })
}

function speaks({ catalogue }: ServerParts, model: string, protocol: string): boolean {
  const targets = catalogue.resolve(model)
  if (targets.length === 0) {
    throw new GatewayError('model-not-found', `The model '${model.slice(0, 100)}' does not exist here.`, { param: 'model' })
  }
  return targets[0]?.provider.chat[0].protocol.name === protocol
}

function estimate({ tokens, catalogue }: ServerParts, request: ChatRequest): ReturnType<ServerParts['tokens']['count']> {
  return tokens.count(textOfRequest(request), catalogue.resolve(request.model)[0]?.model ?? request.model)
}

function asOther(wire: WireRequest, model: string, pathFor: OtherModelRequest['pathFor']): OtherModelRequest {
  return {
    operation: 'other',
    protocol: wire.protocol,
    method: 'POST',
    pathFor,
    contentType: 'application/json',
    model,
    isStreaming: false,
    wantsStreamUsage: false,
    size: { inputTokens: 0, maxOutputTokens: null, choiceCount: 1 },
    bodyFor: (name) => (name === model || !('model' in wire.json) ? wire.bytes : writeJson({ ...wire.json, model: name })),
  }
}
