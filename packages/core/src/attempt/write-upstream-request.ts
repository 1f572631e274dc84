import type { ModelRequest } from '../model-request.ts'
import type { ErrorResponse, Warning } from '../protocol.ts'
import type { Target } from '../provider.ts'
import type { UpstreamFailure } from '../failure.ts'
import type { ReplyBody } from '../stage.ts'
import { askForChat } from './ask-for-chat.ts'
import { askForEmbeddings } from './ask-for-embeddings.ts'
import { askForOther } from './ask-for-other.ts'
import type { OpenAttempt } from './open-attempt.ts'

/** What goes to the upstream, and how its answer is read. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer> | null
  readonly warnings: readonly Warning[]
  /** Reads an answer with a good status, up to the commit point. Throws `ReplyError` for one that is none. */
  readBody(open: OpenAttempt): Promise<ReplyBody>
  /** What an answer means that has none. */
  readError(response: ErrorResponse): UpstreamFailure
}

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
