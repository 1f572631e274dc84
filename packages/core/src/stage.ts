import type { AttemptRecord } from './attempt/attempt-record.ts'
import type { ChatReply } from './language/chat-reply.ts'
import type { EmbeddingsReply } from './language/embeddings.ts'
import type { ModelRequest } from './model-request.ts'
import type { StreamPart, Warning } from './protocol.ts'
import type { Target } from './provider.ts'
import type { Candidate } from './strategies/strategy.ts'

/** One request on its way through. Stages pass on a copy; nobody mutates it. */
export interface Exchange {
  /** The request id that client, log and upstream share. */
  readonly id: string
  readonly caller: Caller
  readonly request: ModelRequest
  /** The strategy that the client asked for by name. */
  readonly strategy?: string
  /** The client would rather have an error than an answer to a request that lost something on the way to the model. */
  readonly isStrict?: boolean
  /** Who may answer, in the order to try; empty until `route` has decided. */
  readonly candidates: readonly Candidate[]
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
  /** Finishes work after the reply is sent: `ctx.waitUntil` on Workers, a tracked promise elsewhere. */
  readonly defer: (work: Promise<unknown>) => void
}

export interface Caller {
  /** Null for an anonymous caller. */
  readonly id: string | null
}

/** What comes back out: who answered, what it took, and the answer. */
export interface Reply {
  readonly target: Target
  readonly strategy: string
  readonly attempts: readonly AttemptRecord[]
  readonly warnings: readonly Warning[]
  readonly body: ReplyBody
}

export type ReplyBody = WholeBody | StreamBody | EmbeddingsBody | OtherBody

/** An answer in one piece. */
export interface WholeBody {
  readonly kind: 'whole'
  readonly reply: ChatReply
  /** The bytes that came, where they may go to a client of this protocol as they are. */
  readonly wire: { readonly protocol: string; readonly bytes: Uint8Array<ArrayBuffer> } | null
}

/** Vectors, in one piece. */
export interface EmbeddingsBody {
  readonly kind: 'embeddings'
  readonly reply: EmbeddingsReply
  readonly wire: WholeBody['wire']
}

/** An answer that the gateway passes on without reading more of it than its usage. Its parts hold bytes, and at the end usage and `end`. */
export interface OtherBody {
  readonly kind: 'other'
  readonly status: number
  readonly contentType: string | null
  readonly parts: AsyncIterable<StreamPart>
}

/**
 * An answer in parts. The iterable never throws: it ends after an `end` or an `error` event, or when the signal of the
 * exchange is aborted. Whoever holds it iterates it, or calls `return()` on its iterator, so that the upstream stops.
 */
export interface StreamBody {
  readonly kind: 'stream'
  readonly parts: AsyncIterable<StreamPart>
  /** The protocol whose bytes the parts hold; null where they may not be passed on as they are. */
  readonly protocol: string | null
}

export type Next = (exchange: Exchange) => Promise<Reply>

/** One step of the request path: goes inward by calling `next`, and may wrap what comes back out. Throws only `GatewayError`. */
export type Stage = (exchange: Exchange, next: Next) => Promise<Reply>

/** An onion: the first stage is outermost, so the last to see the reply. */
export function compose(stages: readonly Stage[], innermost: Next): Next {
  return stages.reduceRight<Next>((next, stage) => (exchange) => stage(exchange, next), innermost)
}
