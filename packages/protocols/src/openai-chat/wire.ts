import * as z from 'zod/mini'

/** The key of `extensions`, `extras` and opaque parts of this protocol. */
export const PROTOCOL = 'openai-chat'

const countOrNull = z.optional(z.nullable(z.int({ error: 'a positive integer' }).check(z.positive({ error: 'a positive integer' }))))

/**
 * The fields of a request that the gateway acts on before it is decoded; all others ride along unseen.
 * Source: https://platform.openai.com/docs/api-reference/chat/create
 */
export const requestSchema: z.ZodMiniType<CheckedRequest> = z.object({
  model: z
    .string({ error: 'a model name' })
    .check(z.minLength(1, { error: 'a model name' }), z.maxLength(256, { error: 'a model name of at most 256 characters' })),
  messages: z
    .array(z.object({ role: z.string({ error: 'a string' }) }, { error: 'an object' }), { error: 'an array' })
    .check(z.minLength(1, { error: 'at least one message' })),
  stream: z.optional(z.nullable(z.boolean({ error: 'a boolean' }))),
  stream_options: z.optional(z.nullable(z.record(z.string(), z.unknown(), { error: 'an object' }))),
  n: z.optional(
    z.nullable(
      z
        .int({ error: 'an integer from 1 to 128' })
        .check(z.minimum(1, { error: 'an integer from 1 to 128' }), z.maximum(128, { error: 'an integer from 1 to 128' })),
    ),
  ),
  max_tokens: countOrNull,
  max_completion_tokens: countOrNull,
  stop: z.optional(z.nullable(z.union([z.string(), z.array(z.string())], { error: 'a string or an array of strings' }))),
})

export interface CheckedRequest {
  readonly model: string
  readonly messages: readonly unknown[]
  readonly stream?: boolean | null | undefined
  readonly stream_options?: { readonly include_usage?: unknown } | null | undefined
  readonly n?: number | null | undefined
  readonly max_tokens?: number | null | undefined
  readonly max_completion_tokens?: number | null | undefined
  readonly stop?: string | readonly string[] | null | undefined
}

/** The names in `requestSchema`, to find keys that differ from one of them in case alone. */
export const CHECKED_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'n',
  'max_tokens',
  'max_completion_tokens',
  'stop',
] satisfies (keyof CheckedRequest)[])

const numberOrNull = z.optional(z.nullable(z.number({ error: 'a number' })))
const booleanOrNull = z.optional(z.nullable(z.boolean({ error: 'a boolean' })))
const stringOrNull = z.optional(z.nullable(z.string({ error: 'a string' })))
const objectOrNull = z.optional(z.nullable(z.record(z.string(), z.unknown(), { error: 'an object' })))

/** What a request must be beyond `requestSchema` before it can be said in another protocol. */
export const translatedSchema: z.ZodMiniType<TranslatedRequest> = z.object({
  tools: z.optional(z.nullable(z.array(z.record(z.string(), z.unknown(), { error: 'an object' }), { error: 'an array' }))),
  parallel_tool_calls: booleanOrNull,
  temperature: numberOrNull,
  top_p: numberOrNull,
  presence_penalty: numberOrNull,
  frequency_penalty: numberOrNull,
  seed: numberOrNull,
  logprobs: booleanOrNull,
  top_logprobs: numberOrNull,
  logit_bias: objectOrNull,
  user: stringOrNull,
  metadata: objectOrNull,
  reasoning_effort: stringOrNull,
})

export interface TranslatedRequest {
  readonly parallel_tool_calls?: boolean | null | undefined
  readonly temperature?: number | null | undefined
  readonly top_p?: number | null | undefined
  readonly presence_penalty?: number | null | undefined
  readonly frequency_penalty?: number | null | undefined
  readonly seed?: number | null | undefined
  readonly logprobs?: boolean | null | undefined
  readonly top_logprobs?: number | null | undefined
  readonly user?: string | null | undefined
  readonly reasoning_effort?: string | null | undefined
}
