import type { JsonObject } from '../json.ts'

/**
 * One turn of a conversation, in the neutral language. `tool` answers exactly one tool call. `extras`, here and wherever
 * else they stand, are what one protocol says and no other has a word for, under that protocol's name:
 * `{ 'openai-chat': { annotations: [] } }`. They ride along to the same protocol and are reported as dropped to any other.
 */
export type Message =
  | { readonly role: 'system' | 'developer'; readonly content: readonly TextPart[]; readonly name?: string; readonly extras?: JsonObject }
  | { readonly role: 'user'; readonly content: readonly UserPart[]; readonly name?: string; readonly extras?: JsonObject }
  | { readonly role: 'assistant'; readonly content: readonly AssistantPart[]; readonly name?: string; readonly extras?: JsonObject }
  | {
      readonly role: 'tool'
      readonly toolCallId: string
      readonly content: readonly ToolResultPart[]
      readonly isError?: boolean
      readonly extras?: JsonObject
    }

export type UserPart = TextPart | MediaPart | OpaquePart
export type AssistantPart = TextPart | RefusalPart | ReasoningPart | ToolCallPart | OpaquePart
export type ToolResultPart = TextPart | MediaPart | OpaquePart

export interface TextPart {
  readonly type: 'text'
  readonly text: string
  readonly extras?: JsonObject
}

/** An image, a file or a sound: by address, by the vendor's id, or as base64 bytes. A gateway never fetches the address. */
export interface MediaPart {
  readonly type: 'media'
  readonly kind: 'image' | 'file' | 'audio' | 'video'
  readonly source:
    | { readonly from: 'url'; readonly url: string }
    | { readonly from: 'base64'; readonly data: string }
    | { readonly from: 'id'; readonly id: string }
  /** As in RFC 6838, `image/png`; absent where the client did not say. */
  readonly mediaType?: string
  readonly filename?: string
  /** How closely the model should look, in OpenAI's words: `auto`, `low`, `high`. */
  readonly detail?: string
  readonly extras?: JsonObject
}

export interface RefusalPart {
  readonly type: 'refusal'
  readonly text: string
}

/** What a model thought before it answered. Signature and encrypted text are carried as they are: only their own model family can read them. */
export interface ReasoningPart {
  readonly type: 'reasoning'
  readonly text: string
  /** True where a vendor says that these are the model's own words; absent for a summary, and where nobody said. */
  readonly isVerbatim?: boolean
  /** The vendor's id of the thought, where its encrypted text is bound to one; empty where the client left that out. */
  readonly id?: string
  readonly signature?: string
  readonly encrypted?: string
  readonly extras?: JsonObject
}

export interface ToolCallPart {
  readonly type: 'tool-call'
  readonly id: string
  readonly name: string
  /** JSON text exactly as the model wrote it; `{}` where a vendor sends nothing for a call without arguments. */
  readonly arguments: string
  /** `custom` tools take free text in place of JSON. */
  readonly kind?: 'function' | 'custom'
  readonly signature?: string
  readonly extras?: JsonObject
}

/** A part that only one protocol knows. It rides along to a target of the same protocol, and is reported as dropped to any other. */
export interface OpaquePart {
  readonly type: 'opaque'
  readonly protocol: string
  readonly value: JsonObject
}
