import type { JsonObject } from './json.ts'
import type { ChatRequest } from './language/chat-request.ts'
import type { EmbeddingsRequest } from './language/embeddings.ts'

/** What a client asks of a model, before anybody has decided who answers. */
export type ModelRequest = ChatModelRequest | EmbeddingsModelRequest | OtherModelRequest

/** What every request has, whatever it asks for. */
interface AnyModelRequest {
  /** As the client named it; empty where the operation needs none. */
  readonly model: string
  readonly isStreaming: boolean
  /** Whether the client asked for usage in the stream. */
  readonly wantsStreamUsage: boolean
  readonly size: RequestSize
}

export interface ChatModelRequest extends AnyModelRequest {
  readonly operation: 'chat'
  /** In the neutral language; decoded at the first call, since a target of the same protocol never needs it. */
  chat(): ChatRequest
  /** As it came over a wire; absent for a caller in the same process. */
  readonly wire?: WireRequest
}

export interface EmbeddingsModelRequest extends AnyModelRequest {
  readonly operation: 'embeddings'
  /** In the neutral language; decoded at the first call. */
  embeddings(): EmbeddingsRequest
  readonly wire?: WireRequest
}

/** Anything else that a protocol has an address for: images, audio, files, moderations, a count of tokens. It is passed on as it came. */
export interface OtherModelRequest extends AnyModelRequest {
  readonly operation: 'other'
  /** The chat protocol whose speakers know it; absent for what belongs to OpenAI's, which its providers say that they take. */
  readonly protocol?: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Behind the address of a provider, with a slash in front, query included, under the name by which it knows the model. */
  pathFor(model: string): string
  readonly contentType: string | null
  /** The body under the name by which a target knows the model. */
  bodyFor(model: string): Uint8Array<ArrayBuffer> | string | null
}

/** What can be told of a request's size without a tokenizer: enough to compare what targets would charge. */
export interface RequestSize {
  /** Characters of the request divided by four. */
  readonly inputTokens: number
  /** The client's own limit, or null. */
  readonly maxOutputTokens: number | null
  readonly choiceCount: number
}

/** A request from a caller in the same process. */
export function fromChat(request: ChatRequest): ChatModelRequest {
  return {
    operation: 'chat',
    model: request.model,
    isStreaming: request.isStreaming,
    wantsStreamUsage: request.wantsStreamUsage ?? false,
    size: {
      inputTokens: Math.ceil(JSON.stringify([request.messages, request.tools]).length / 4),
      maxOutputTokens: request.maxOutputTokens ?? null,
      choiceCount: request.choiceCount ?? 1,
    },
    chat: () => request,
  }
}

/** A request as it came over a wire. Parsed once; the text stays beside it so that it can go on untouched. */
export interface WireRequest {
  readonly protocol: string
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly text: string
  readonly json: JsonObject
  /** Headers of the client that belong to what it asks (`anthropic-beta`), names in lower case; they go to a vendor of the same protocol. */
  readonly headers?: Readonly<Record<string, string>>
  /** What the URL says, in a protocol that says it there (Gemini). */
  readonly address?: { readonly model: string; readonly isStreaming: boolean }
}
