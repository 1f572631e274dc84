/** A vendor's client, unmodified, as an application uses it: the one file in which its words stand. */
export interface SdkClient {
  readonly name: string
  /** What its protocol has no words for. */
  readonly lacks?: readonly Skill[]
  /** Which error it raises for each of these. */
  readonly errors: Readonly<Record<Failure, ErrorClass>>
  /** Where an error says the HTTP status. Default `status`. */
  readonly statusField?: string
  /** Whether it obeys `x-should-retry: false`; one that does not gets no retries of its own here. Default true. */
  readonly obeysShouldRetry?: boolean
  connect(gateway: Address): Session
  /** Declares tests of what only this client has. */
  readonly testOwn?: (surroundings: Surroundings) => void
}

/** Where a client finds itself: the gateway before it, and the vendor behind that. */
export interface Surroundings {
  address(): Address
  /** `provider/model`. */
  readonly model: string
  /** Whether the client or the vendor has no words for something. */
  lacks(skill: Skill): boolean
  /** A question that nobody else asks. */
  question(more?: Partial<Question>): Question
}

export interface Address {
  /** Without a path. */
  readonly url: string
  readonly key: string
}

/** A client that has been told where the gateway is. */
export interface Session {
  ask(question: Question): Promise<Said>
}

/** One turn of a conversation. */
export interface Question {
  readonly model: string
  readonly text: string
  readonly isStreamed?: boolean
  readonly system?: string
  /** A PNG in base64. */
  readonly image?: string
  readonly tools?: readonly Tool[]
  /** A JSON Schema that the answer must fit. */
  readonly schema?: JsonSchema
  readonly thinks?: boolean
  readonly maxTokens?: number
  readonly signal?: AbortSignal
  /** Hears each piece of text as it comes, where the answer is streamed. */
  readonly onText?: (piece: string) => void
}

export interface Tool {
  readonly name: string
  readonly description: string
  readonly parameters: JsonSchema
}

/** A JSON Schema, as plain as every SDK takes it. */
export interface JsonSchema {
  readonly type: 'object'
  readonly properties: Record<string, { readonly type: string; readonly items?: { readonly type: string } }>
  readonly required: string[]
  readonly additionalProperties: boolean
}

/** What an answer said, in no vendor's words. */
export interface Said {
  readonly text: string
  readonly thought: string
  readonly calls: readonly Call[]
  readonly end: 'stop' | 'length' | 'tool-calls' | 'refusal'
  /** All tokens of the prompt and of the answer, however the client counts; null where it does not say. */
  readonly usage: { readonly input: number; readonly output: number } | null
  /** Goes on with the results of the calls, in their order, and with the history as this client keeps it. */
  reply(results: readonly string[]): Promise<Said>
}

export interface Call {
  readonly id: string
  readonly name: string
  readonly arguments: unknown
}

/**
 * `thoughts`: what was thought is told; `length`: so is that an answer was cut; `stream-usage`: a stream tells its usage;
 * `streamed-schema`: a stream may have to fit a schema; `embeddings`: texts are embedded; `limits`: a client that asks too often is told apart from a server that is full.
 */
export type Skill = 'thoughts' | 'length' | 'stream-usage' | 'streamed-schema' | 'embeddings' | 'limits'

/** What goes wrong, under the status that the client must see. */
export const STATUS_OF = { 'bad-request': 400, unauthenticated: 401, 'not-found': 404, 'rate-limited': 429, unavailable: 503 } as const

export type Failure = keyof typeof STATUS_OF

/** A class of errors may have any constructor. */
export type ErrorClass = abstract new (...parts: never[]) => Error
