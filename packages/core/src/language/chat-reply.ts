import type { Json, JsonObject } from '../json.ts'
import type { AssistantPart } from './message.ts'
import type { Usage } from './usage.ts'

/** A whole answer in the neutral language. */
export interface ChatReply {
  readonly id: string
  /** The model as the vendor names it, which may be more exact than what was asked (`gpt-4o-2024-08-06`). */
  readonly model: string
  /** Seconds since 1970. */
  readonly created?: number
  readonly choices: readonly Choice[]
  readonly usage: Usage
  readonly extensions?: { readonly protocol: string; readonly fields: JsonObject }
}

export interface Choice {
  readonly index: number
  readonly content: readonly AssistantPart[]
  readonly finishReason: FinishReason
  readonly logprobs?: Json
  readonly extras?: JsonObject
}

/** Why a model stopped. `other` keeps the vendor's word beside it in `extras` where a protocol has one. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'refusal' | 'pause' | 'other'
