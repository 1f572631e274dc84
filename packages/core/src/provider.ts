import type { Price } from './ports/pricer.ts'
import type { Transport } from './ports/transport.ts'
import type { ChatProtocol, EmbeddingsProtocol } from './protocol.ts'

/** A vendor or a server, ready to be asked: its declaration plus the settings of one deployment. */
export interface Provider {
  /** `openai`, `ollama` …; what `x-provider-used` says and what addresses it in `provider/model`. */
  readonly name: string
  readonly isLocal: boolean
  /** Addresses and keys that serve the same models; at least one. They share the load by weight. */
  readonly endpoints: readonly [Endpoint, ...Endpoint[]]
  /** The chat protocols that it speaks. A client of one of them is passed through; all others are translated to the first. */
  readonly chat: readonly [ChatSurface, ...ChatSurface[]]
  /** How it embeds texts; absent where it cannot. */
  readonly embeddings?: EmbeddingsSurface
  /** True for a server of OpenAI's protocol: whatever else is asked under `/v1` is passed on to it. */
  readonly takesOther?: boolean
  /** Models or patterns (`gpt-*`) that it serves without being asked; what it lists itself comes on top. */
  readonly serves: readonly string[]
  /** Where its list of models stands; null where it has none. Costs no tokens, so it is the health probe as well. */
  readonly modelList: ModelList | null
  /** Its own way to be reached, where that is not the gateway's transport: a binding, or code in the same process. */
  readonly transport?: Transport
  readonly price?: Price
}

export interface Endpoint {
  /** Unique within the gateway; stands in logs and on the health board. */
  readonly name: string
  /** Without a slash at the end. */
  readonly baseUrl: string
  /** Authentication and whatever else the vendor asks for, names in lower case. Never logged. */
  readonly headers: Readonly<Record<string, string>>
  /** Its share of the load beside the provider's other endpoints; 1 where they share alike. */
  readonly weight: number
}

export interface ChatSurface {
  readonly protocol: ChatProtocol
  /** Behind `baseUrl`, with a slash in front. */
  path(model: string, isStreaming: boolean): string
  readonly habits: Habits
}

export interface EmbeddingsSurface {
  readonly protocol: EmbeddingsProtocol
  /** Behind `baseUrl`, with a slash in front. `count`: how many texts. */
  path(model: string, count: number): string
}

/** Where a vendor departs from its protocol. Absent means: it does not. */
export interface Habits {
  /** Its bytes break its own protocol's clients, so they are never passed on as they came but read and written anew. */
  readonly breaksProtocol?: boolean
  /** It rejects a request for usage in the stream. */
  readonly refusesStreamUsage?: boolean
}

export interface ModelList {
  /** Behind `baseUrl`. */
  readonly path: string
  /** In the vendor's order; throws nothing: an unknown shape is an empty list. */
  read(body: unknown): readonly ListedModel[]
}

/** A model that a server says it has. */
export interface ListedModel {
  readonly name: string
  /** Other names that the server takes for it: Ollama's `llama3.2` for `llama3.2:latest`. */
  readonly aliases?: readonly string[]
  /** Tokens. */
  readonly contextWindow?: number
}

/** One way to answer: a model on an endpoint of a provider. */
export interface Target {
  readonly provider: Provider
  readonly endpoint: Endpoint
  /** The name by which the provider knows the model. */
  readonly model: string
  /** Null where nobody knows. */
  readonly price: Price | null
  /** Tokens; null where nobody knows. */
  readonly contextWindow: number | null
}

/** How a provider is spoken to by a client of this protocol: in the same one where it can, else in the provider's first. */
export function surfaceFor({ chat }: Provider, protocol: string | undefined): ChatSurface {
  return chat.find((surface) => surface.protocol.name === protocol) ?? chat[0]
}
