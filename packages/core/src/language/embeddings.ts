import type { JsonObject } from '../json.ts'
import type { Usage } from './usage.ts'

/** Texts to be embedded, in the neutral language. An absent field was not said by the client. */
export interface EmbeddingsRequest {
  readonly model: string
  readonly inputs: readonly EmbeddingsInput[]
  /** How long the vectors shall be, where the model can be told. */
  readonly dimensions?: number
  /** How the client wants the vectors written; the vectors themselves are always numbers here. */
  readonly encoding?: 'float' | 'base64'
  /** What the vectors are for, in the vendor's words: Gemini's `RETRIEVAL_QUERY`, Cohere's `search_query`. */
  readonly taskType?: string
  readonly user?: string
  readonly extensions?: { readonly protocol: string; readonly fields: JsonObject }
}

/** A text, or the tokens of one, which only the protocol and the model that they were made for can read. */
export type EmbeddingsInput = string | readonly number[]

/** One vector for each input, in their order. */
export interface EmbeddingsReply {
  readonly model: string
  readonly vectors: readonly (readonly number[])[]
  readonly usage: Usage
}
