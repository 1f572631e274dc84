import { GatewayError } from '../gateway-error.ts'
import type { EmbeddingsModelRequest } from '../model-request.ts'
import type { Target } from '../provider.ts'
import { writeJson } from '../write-json.ts'
import { readObject } from './read-whole.ts'
import { jsonHeaders } from './upstream-headers.ts'
import type { UpstreamRequest } from './upstream-request.ts'

export function askForEmbeddings(request: EmbeddingsModelRequest, { provider, endpoint, model }: Target): UpstreamRequest {
  const { embeddings } = provider
  if (!embeddings) throw new GatewayError('internal', `Provider '${provider.name}' was asked for embeddings, which it does not have.`)
  const { protocol } = embeddings
  const { wire } = request
  const isSame = wire?.protocol === protocol.name
  const written = isSame ? null : protocol.writeRequest({ ...request.embeddings(), model })
  return {
    method: 'POST',
    url: endpoint.baseUrl + embeddings.path(model, request.embeddings().inputs.length),
    headers: jsonHeaders(endpoint, 'application/json'),
    body: wire && written === null ? protocol.passRequest(wire, { model }) : writeJson(written?.value ?? {}),
    warnings: written?.warnings ?? [],
    async readBody(open) {
      const { bytes, json } = await readObject(open)
      return { kind: 'embeddings', reply: protocol.readReply(json), wire: isSame ? { protocol: protocol.name, bytes } : null }
    },
    readError: (response) => protocol.readError(response),
  }
}
