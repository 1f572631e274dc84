import type { ModelRequest } from '../model-request.ts'
import type { Target } from '../provider.ts'
import { askForChat } from './ask-for-chat.ts'
import { askForEmbeddings } from './ask-for-embeddings.ts'
import { askForOther } from './ask-for-other.ts'
import type { UpstreamRequest } from './upstream-request.ts'

/** Writes a request for a target: as it came where both speak one protocol, translated where they do not. Nothing of the client's headers goes on. */
export function writeUpstreamRequest(request: ModelRequest, target: Target): UpstreamRequest {
  switch (request.operation) {
    case 'chat':
      return askForChat(request, target)
    case 'embeddings':
      return askForEmbeddings(request, target)
    case 'other':
      return askForOther(request, target)
  }
}
