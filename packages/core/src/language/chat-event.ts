import type { Json, JsonObject } from '../json.ts'
import type { UpstreamFailure } from '../failure.ts'
import type { FinishReason } from './chat-reply.ts'
import type { Usage } from './usage.ts'

/**
 * One event of a streamed answer. Order: `start` first; deltas of a choice in the order in which the model wrote them;
 * one `finish` a choice; `usage` whenever it is known (merge by `mergeUsage`); `end` last, only if the vendor's terminal
 * event was seen. `error` ends a stream that has no `end`. `choice` is the index of the answer, `call` the position of a
 * tool call within its choice, counted from 0 without holes.
 */
export type ChatEvent =
  | { readonly type: 'start'; readonly id: string; readonly model: string; readonly created?: number; readonly extras?: JsonObject }
  | { readonly type: 'text-delta'; readonly choice: number; readonly text: string; readonly logprobs?: Json; readonly extras?: JsonObject }
  | { readonly type: 'refusal-delta'; readonly choice: number; readonly text: string; readonly logprobs?: Json }
  | {
      readonly type: 'reasoning-delta'
      readonly choice: number
      readonly text: string
      readonly isVerbatim?: boolean
      readonly id?: string
      readonly extras?: JsonObject
    }
  | {
      readonly type: 'reasoning-signature'
      readonly choice: number
      readonly signature?: string
      readonly encrypted?: string
      readonly id?: string
    }
  | {
      readonly type: 'tool-call-start'
      readonly choice: number
      readonly call: number
      readonly id: string
      readonly name: string
      readonly kind?: 'function' | 'custom'
      readonly signature?: string
      readonly extras?: JsonObject
    }
  | { readonly type: 'tool-call-delta'; readonly choice: number; readonly call: number; readonly arguments: string }
  | { readonly type: 'opaque-delta'; readonly choice: number; readonly protocol: string; readonly value: JsonObject }
  | { readonly type: 'finish'; readonly choice: number; readonly reason: FinishReason; readonly extras?: JsonObject }
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'error'; readonly failure: UpstreamFailure }
  | { readonly type: 'end' }

/** True for an event that carries something the model said: the first of these commits the gateway to this answer. An empty text is not. */
export function isContent(event: ChatEvent): boolean {
  if (event.type === 'text-delta' || event.type === 'reasoning-delta' || event.type === 'refusal-delta') return event.text !== ''
  return event.type.endsWith('-delta') || event.type === 'tool-call-start' || event.type === 'finish'
}
