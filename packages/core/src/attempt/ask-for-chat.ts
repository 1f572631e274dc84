import type { ChatRequest } from '../language/chat-request.ts'
import type { ChatModelRequest } from '../model-request.ts'
import type { ChatProtocol, Warning } from '../protocol.ts'
import { surfaceFor, type Target } from '../provider.ts'
import { writeJson } from '../write-json.ts'
import type { ChatReading } from './chat-reading.ts'
import { openStream } from './open-stream.ts'
import { readWhole } from './read-whole.ts'
import { jsonHeaders } from './upstream-headers.ts'
import type { UpstreamRequest } from './upstream-request.ts'

export interface ChatUpstreamRequest extends UpstreamRequest {
  readonly reading: ChatReading
}

export function askForChat(request: ChatModelRequest, target: Target): ChatUpstreamRequest {
  const { endpoint, model } = target
  const { protocol, path, habits } = surfaceFor(target.provider, request.wire?.protocol)
  const canAskForUsage = !habits.refusesStreamUsage
  const isSame = request.wire?.protocol === protocol.name
  const passesReply = isSame && !habits.breaksProtocol
  const reading: ChatReading = { protocol, model, passesReply, stripsUsage: passesReply && !request.wantsStreamUsage }
  const written =
    request.wire && isSame
      ? { value: protocol.passRequest(request.wire, { model, canAskForUsage }), warnings: [] }
      : translate(request.chat(), { protocol, model, canAskForUsage })
  return {
    method: 'POST',
    url: endpoint.baseUrl + path(model, request.isStreaming),
    headers: {
      ...jsonHeaders(endpoint, request.isStreaming ? 'text/event-stream' : 'application/json'),
      ...(isSame ? saidBy(request, protocol) : {}),
    },
    body: written.value,
    warnings: written.warnings,
    reading,
    readBody: (open) => (request.isStreaming ? openStream(open, reading) : readWhole(open, reading)),
    readError: (response) => protocol.readError(response),
  }
}

/** What the client says of its request in headers goes before what the deployment says: its version of the API is that of its body. */
function saidBy({ wire }: ChatModelRequest, { requestHeaders = [] }: ChatProtocol): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(wire?.headers ?? {}).filter(([name]) => requestHeaders.includes(name)))
}

interface Translator {
  readonly protocol: ChatProtocol
  readonly model: string
  readonly canAskForUsage: boolean
}

function translate(
  request: ChatRequest,
  { protocol, model, canAskForUsage }: Translator,
): { readonly value: string; readonly warnings: readonly Warning[] } {
  const { value, warnings } = protocol.writeRequest({ ...request, model, wantsStreamUsage: canAskForUsage })
  const emulated = (request.emulated ?? []).map((field) => ({ change: 'emulated', field }) as const)
  return { value: writeJson(value), warnings: [...emulated, ...warnings] }
}
