import * as z from 'zod/mini'

/** The key of `extensions`, `extras` and opaque parts of this protocol. */
export const PROTOCOL = 'anthropic-messages'

const MODEL = 'a model name'
const LONG_MODEL = 'a model name of at most 256 characters'
const COUNT = 'an integer of at least 0'

const model = z.string({ error: MODEL }).check(z.minLength(1, { error: MODEL }), z.maxLength(256, { error: LONG_MODEL }))
const messages = z
  .array(z.object({ role: z.string({ error: 'a string' }) }, { error: 'an object' }), { error: 'an array' })
  .check(z.minLength(1, { error: 'at least one message' }))

/**
 * The fields of a request that the gateway acts on before it is decoded; all others ride along unseen. `max_tokens` is 0 where
 * the prompt is only to be cached.
 * Source: https://platform.claude.com/docs/en/api/messages/create
 */
export const requestSchema: z.ZodMiniType<CheckedRequest> = z.object({
  model,
  messages,
  max_tokens: z.int({ error: COUNT }).check(z.minimum(0, { error: COUNT })),
  stream: z.optional(z.nullable(z.boolean({ error: 'a boolean' }))),
})

export interface CheckedRequest {
  readonly model: string
  readonly messages: readonly unknown[]
  readonly max_tokens: number
  readonly stream?: boolean | null | undefined
}

/** As `requestSchema`, of a request to count the tokens of a prompt, which nothing is generated for. */
export const countTokensSchema: z.ZodMiniType<CheckedCount> = z.object({ model, messages })

export interface CheckedCount {
  readonly model: string
  readonly messages: readonly unknown[]
}

/** The names in `requestSchema`, to find keys that differ from one of them in case alone. */
export const CHECKED_FIELDS: ReadonlySet<string> = new Set(['model', 'messages', 'max_tokens', 'stream'] satisfies (keyof CheckedRequest)[])

const numberOrNull = z.optional(z.nullable(z.number({ error: 'a number' })))
const object = z.record(z.string(), z.unknown(), { error: 'an object' })
const objectOrNull = z.optional(z.nullable(object))

/** What a request must be beyond `requestSchema` before it can be said in another protocol. */
export const translatedSchema: z.ZodMiniType<TranslatedRequest> = z.object({
  tools: z.optional(z.nullable(z.array(object, { error: 'an array' }))),
  tool_choice: objectOrNull,
  stop_sequences: z.optional(z.nullable(z.array(z.string({ error: 'a string' }), { error: 'an array' }))),
  temperature: numberOrNull,
  top_p: numberOrNull,
  top_k: numberOrNull,
  metadata: objectOrNull,
  thinking: objectOrNull,
  output_config: objectOrNull,
  output_format: objectOrNull,
})

export interface TranslatedRequest {
  readonly stop_sequences?: readonly string[] | null | undefined
  readonly temperature?: number | null | undefined
  readonly top_p?: number | null | undefined
  readonly top_k?: number | null | undefined
}
