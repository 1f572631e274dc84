import type { ChatModelRequest } from '../model-request.ts'
import type { ChatProtocol } from '../protocol.ts'
import { surfaceFor, type Target } from '../provider.ts'
import { openStream } from './open-stream.ts'
import { readWhole } from './read-whole.ts'
import { jsonHeaders } from './upstream-headers.ts'
import type { UpstreamRequest } from './write-upstream-request.ts'

/** How the answer to a chat is read. */
export interface ChatReading {
  /** What the upstream speaks. */
  readonly protocol: ChatProtocol
  /** Client and upstream speak the same protocol, so the answer's bytes may go on as they come. */
  readonly passesReply: boolean
  /** The gateway asked for usage and the client did not. */
  readonly stripsUsage: boolean
}

export interface ChatUpstreamRequest extends UpstreamRequest {
  readonly reading: ChatReading
}

export function askForChat(request: ChatModelRequest, target: Target): ChatUpstreamRequest {
  const { endpoint, model } = target
  const { protocol, path, habits } = surfaceFor(target.provider, request.wire?.protocol)
  const canAskForUsage = !habits.refusesStreamUsage
  const isSame = request.wire?.protocol === protocol.name
  const passesReply = isSame && !habits.breaksProtocol
  const reading: ChatReading = { protocol, passesReply, stripsUsage: passesReply && !request.wantsStreamUsage }
  const written =
    request.wire && isSame
      ? { value: protocol.passRequest(request.wire, { model, canAskForUsage }), warnings: [] }
      : toText(protocol.writeRequest({ ...request.chat(), model, wantsStreamUsage: canAskForUsage }))
  return {
    method: 'POST',
    url: endpoint.baseUrl + path(model, request.isStreaming),
    headers: jsonHeaders(endpoint, request.isStreaming ? 'text/event-stream' : 'application/json'),
    body: written.value,
    warnings: written.warnings,
    reading,
    readBody: (open) => (request.isStreaming ? openStream(open, reading) : readWhole(open, reading)),
    readError: (response) => protocol.readError(response),
  }
}

function toText({ value, warnings }: ReturnType<ChatProtocol['writeRequest']>): { value: string; warnings: UpstreamRequest['warnings'] } {
  return { value: JSON.stringify(value), warnings }
}
