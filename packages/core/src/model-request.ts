import type { JsonObject } from './json.ts'
import type { ChatRequest } from './language/chat-request.ts'

/** What a client asks of a model, before anybody has decided who answers. */
export interface ModelRequest {
  readonly operation: 'chat'
  /** As the client named it. */
  readonly model: string
  readonly isStreaming: boolean
  /** Whether the client asked for usage in the stream. */
  readonly wantsStreamUsage: boolean
  readonly size: RequestSize
  /** In the neutral language; decoded at the first call, since a target of the same protocol never needs it. */
  chat(): ChatRequest
  /** As it came over a wire; absent for a caller in the same process. */
  readonly wire?: WireRequest
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
export function fromChat(request: ChatRequest): ModelRequest {
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
  /** What the URL says, in a protocol that says it there (Gemini). */
  readonly address?: { readonly model: string; readonly isStreaming: boolean }
}
