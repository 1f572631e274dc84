import type { UpstreamFailure } from '../failure.ts'
import type { ErrorResponse, Warning } from '../protocol.ts'
import type { ReplyBody } from '../stage.ts'
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
