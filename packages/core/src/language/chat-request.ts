import type { Json, JsonObject } from '../json.ts'
import type { Message } from './message.ts'

/** A chat request in the neutral language that stands between all protocols. An absent field was not said by the client. */
export interface ChatRequest {
  readonly model: string
  readonly messages: readonly Message[]
  readonly isStreaming: boolean
  /** Whether the client asked for usage in the stream; a protocol that always sends it says true. */
  readonly wantsStreamUsage?: boolean
  readonly tools?: readonly Tool[]
  readonly toolChoice?: ToolChoice
  readonly parallelToolCalls?: boolean
  readonly maxOutputTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly presencePenalty?: number
  readonly frequencyPenalty?: number
  readonly stop?: readonly string[]
  readonly seed?: number
  /** How many answers; 1 where absent. */
  readonly choiceCount?: number
  readonly responseFormat?: ResponseFormat
  readonly reasoning?: Reasoning
  /** The client keeps the conversation itself, and wants the model's thoughts in the form in which it can send them back. */
  readonly wantsEncryptedReasoning?: boolean
  readonly logprobs?: { readonly top?: number }
  readonly logitBias?: JsonObject
  /** The client's own id of its end user. */
  readonly user?: string
  readonly metadata?: JsonObject
  /** Fields of the client's protocol that are said here in another form: reported as emulated wherever the request is translated. */
  readonly emulated?: readonly string[]
  /** Fields that the language has no word for, under the protocol that they came in. They ride along to the same protocol. */
  readonly extensions?: { readonly protocol: string; readonly fields: JsonObject }
}

/** A tool that the model may call. `opaque` is a vendor's own (web search, code interpreter), carried within its protocol. */
export type Tool =
  | {
      readonly type: 'function'
      readonly name: string
      readonly description?: string
      /** JSON Schema of the arguments. */
      readonly parameters?: JsonObject
      readonly strict?: boolean
      readonly extras?: JsonObject
    }
  | { readonly type: 'opaque'; readonly protocol: string; readonly value: JsonObject }

export type ToolChoice =
  | { readonly type: 'auto' | 'none' | 'required' }
  | { readonly type: 'function'; readonly name: string }
  | { readonly type: 'opaque'; readonly protocol: string; readonly value: Json }

export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json' }
  | {
      readonly type: 'json-schema'
      readonly name: string
      readonly schema?: JsonObject
      readonly strict?: boolean
      readonly description?: string
    }

/** How much the model should think: OpenAI's effort words, Anthropic's and Gemini's token budget. */
export interface Reasoning {
  readonly effort?: string
  readonly budgetTokens?: number
  /** Whether the client wants to see what the model thinks; absent leaves that to the vendor. */
  readonly isShown?: boolean
}
