import type { UpstreamFailure } from './failure.ts'
import type { GatewayError } from './gateway-error.ts'
import type { JsonObject } from './json.ts'
import type { ChatEvent } from './language/chat-event.ts'
import type { ChatReply } from './language/chat-reply.ts'
import type { ChatRequest } from './language/chat-request.ts'
import type { EmbeddingsReply, EmbeddingsRequest } from './language/embeddings.ts'
import type { ChatModelRequest, EmbeddingsModelRequest, WireRequest } from './model-request.ts'

/**
 * A wire format for chat, used in both directions: the gateway reads it where clients speak it and writes it where a
 * vendor does. Everything here is pure; `read(write(x))` equals `x`.
 */
export interface ChatProtocol {
  /** `openai-chat`, `anthropic-messages` … also the key of `extensions` and opaque parts. */
  readonly name: string
  /** Headers in which a client says something of its request, and which a vendor of this protocol gets; no others do. */
  readonly requestHeaders?: readonly string[]
  /**
   * Checks what the gateway acts on (model, stream, counts) and leaves the rest undecoded; `chat()` of the result decodes.
   * Throws `GatewayError('invalid-request')` that names the field, what was found and what was expected.
   */
  openRequest(wire: WireRequest): ChatModelRequest
  /** The whole request in the neutral language. Throws as `openRequest` does. */
  readRequest(body: JsonObject): ChatRequest
  writeRequest(request: ChatRequest): Written<JsonObject>
  /** The body as it came, changed only where the target calls the model by another name or the gateway needs a field. */
  passRequest(wire: WireRequest, target: PassTarget): string | Uint8Array<ArrayBuffer>
  /** Throws `ReplyError` for a 200 that is not an answer: an error object, no choices, an empty text without a reason. */
  readReply(body: JsonObject): ChatReply
  writeReply(reply: ChatReply): Written<JsonObject>
  /** One reader a stream. `stripUsage`: the gateway asked for usage and the client did not. */
  readStream(options: StreamReadOptions): StreamReader
  /** One writer a stream. */
  writeStream(options: StreamWriteOptions): StreamWriter
  /** What an answer that is not 2xx means. Status first, then the body; unknown bodies are no error. */
  readError(response: ErrorResponse): UpstreamFailure
  /** The body in which a client of this protocol expects an error, without its HTTP status. `status` is what the client will see. */
  writeError(error: GatewayError, status: number): JsonObject
}

/** A wire format for embeddings, used in both directions, as `ChatProtocol` is for chat. */
export interface EmbeddingsProtocol {
  readonly name: string
  openRequest(wire: WireRequest): EmbeddingsModelRequest
  readRequest(body: JsonObject): EmbeddingsRequest
  writeRequest(request: EmbeddingsRequest): Written<JsonObject>
  passRequest(wire: WireRequest, target: Pick<PassTarget, 'model'>): string | Uint8Array<ArrayBuffer>
  /** Throws `ReplyError` for a 200 that holds no vectors. */
  readReply(body: JsonObject): EmbeddingsReply
  /** `request` says in which form the client wants its vectors. */
  writeReply(reply: EmbeddingsReply, request: EmbeddingsRequest): JsonObject
  readError(response: ErrorResponse): UpstreamFailure
  writeError(error: GatewayError, status: number): JsonObject
}

export interface PassTarget {
  readonly model: string
  /** False for a server that rejects the request for stream usage. */
  readonly canAskForUsage: boolean
}

export interface ErrorResponse {
  readonly status: number
  header(name: string): string | null
  /** At most the first 64 KiB. */
  readonly text: string
  /** Milliseconds since 1970, to read a `retry-after` that is a date. */
  readonly nowMs: number
}

/** What was written, and what could not be. */
export interface Written<T> {
  readonly value: T
  readonly warnings: readonly Warning[]
}

/** One thing that a translation changed, as `x-gateway-warnings` shows it: `dropped:logit_bias`. */
export interface Warning {
  readonly change: 'dropped' | 'renamed' | 'emulated' | 'normalized'
  readonly field: string
}

export interface StreamReadOptions {
  readonly stripUsage: boolean
}

/** Reads one streamed answer. Holds a bounded piece of an unfinished frame, never the whole stream. */
export interface StreamReader {
  /** Takes bytes as they come, cut anywhere. */
  read(chunk: Uint8Array): StreamPart
  /** The bytes have ended: a part with the missing end where that is safe, or with an `error` event `truncated-stream`. */
  end(): StreamPart
}

/** What one piece of a stream amounts to. Bytes and events say the same. */
export interface StreamPart {
  /** Whole frames only, as they came, for a client of the same protocol. Without error frames: those are the gateway's to write. */
  readonly bytes: Uint8Array
  readonly events: readonly ChatEvent[]
}

export interface StreamWriteOptions {
  readonly wantsUsage: boolean
}

/** Writes one streamed answer. */
export interface StreamWriter {
  /** Zero or more whole frames. */
  write(event: ChatEvent): string
  /** The frames of a typed error that end the stream; no end that looks like success follows. */
  fail(error: GatewayError, status: number): string
}

/** A body that came with status 200 and is not an answer. */
export class ReplyError extends Error {
  readonly failure: UpstreamFailure

  constructor(failure: UpstreamFailure, options?: ErrorOptions) {
    super(failure.message, options)
    this.name = 'ReplyError'
    this.failure = failure
  }
}
