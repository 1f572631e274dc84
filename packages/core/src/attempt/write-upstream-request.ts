import type { ModelRequest } from '../model-request.ts'
import type { ChatProtocol, Warning } from '../protocol.ts'
import { surfaceFor, type Target } from '../provider.ts'

/** What goes to the upstream, and how its answer may come back. */
export interface UpstreamRequest {
  /** What the upstream speaks. */
  readonly protocol: ChatProtocol
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer>
  readonly warnings: readonly Warning[]
  /** Client and upstream speak the same protocol, so the answer's bytes may go on as they come. */
  readonly passesReply: boolean
  /** The gateway asked for usage and the client did not. */
  readonly stripsUsage: boolean
}

/** Writes a request for a target: as it came where both speak one protocol, translated where they do not. Nothing of the client's headers goes on. */
export function writeUpstreamRequest(request: ModelRequest, target: Target): UpstreamRequest {
  const { endpoint } = target
  const surface = surfaceFor(target.provider, request.wire?.protocol)
  const { protocol, habits } = surface
  const url = endpoint.baseUrl + surface.path(target.model, request.isStreaming)
  const headers = {
    accept: request.isStreaming ? 'text/event-stream' : 'application/json',
    // Not every transport decodes what is compressed, and tokens are too small to gain by it.
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    ...endpoint.headers,
  }
  const canAskForUsage = !habits.refusesStreamUsage
  if (request.wire?.protocol === protocol.name) {
    const body = protocol.passRequest(request.wire, { model: target.model, canAskForUsage })
    const passesReply = !habits.breaksProtocol
    return { protocol, url, headers, body, warnings: [], passesReply, stripsUsage: passesReply && !request.wantsStreamUsage }
  }
  const written = protocol.writeRequest({ ...request.chat(), model: target.model, wantsStreamUsage: canAskForUsage })
  return { protocol, url, headers, body: JSON.stringify(written.value), warnings: written.warnings, passesReply: false, stripsUsage: false }
}
