import * as z from 'zod/mini'

/** The key of `extensions`, `extras` and opaque parts of this protocol. */
export const PROTOCOL = 'workers-ai'

const COUNT = 'a positive integer'
const CHOICES = 'an integer from 1 to 128'
const countOrNull = z.optional(z.nullable(z.int({ error: COUNT }).check(z.positive({ error: COUNT }))))
const numberOrNull = z.optional(z.nullable(z.number({ error: 'a number' })))
const booleanOrNull = z.optional(z.nullable(z.boolean({ error: 'a boolean' })))
const stringOrNull = z.optional(z.nullable(z.string({ error: 'a string' })))
const objectOrNull = z.optional(z.nullable(z.record(z.string(), z.unknown(), { error: 'an object' })))

/**
 * The fields of an input that the gateway acts on before it is decoded; all others ride along unseen. The conversation stands
 * in `messages`, in `prompt`, or in `input`, which is the Responses API's.
 * Source: https://developers.cloudflare.com/workers-ai/models/
 */
export const requestSchema: z.ZodMiniType<CheckedRequest> = z.object({
  messages: z.optional(
    z.nullable(
      z
        .array(z.object({ role: z.string({ error: 'a string' }) }, { error: 'an object' }), { error: 'an array' })
        .check(z.minLength(1, { error: 'at least one message' })),
    ),
  ),
  prompt: stringOrNull,
  stream: booleanOrNull,
  stream_options: objectOrNull,
  n: z.optional(z.nullable(z.int({ error: CHOICES }).check(z.minimum(1, { error: CHOICES }), z.maximum(128, { error: CHOICES })))),
  max_tokens: countOrNull,
  max_completion_tokens: countOrNull,
  max_output_tokens: countOrNull,
})

export interface CheckedRequest {
  readonly messages?: readonly unknown[] | null | undefined
  readonly prompt?: string | null | undefined
  readonly stream?: boolean | null | undefined
  readonly stream_options?: { readonly include_usage?: unknown } | null | undefined
  readonly n?: number | null | undefined
  readonly max_tokens?: number | null | undefined
  readonly max_completion_tokens?: number | null | undefined
  readonly max_output_tokens?: number | null | undefined
}

/** The names in `requestSchema`, to find keys that differ from one of them in case alone. */
export const CHECKED_FIELDS: ReadonlySet<string> = new Set([
  'messages',
  'prompt',
  'stream',
  'stream_options',
  'n',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
] satisfies (keyof CheckedRequest)[])

/** What an input must be beyond `requestSchema` before it can be said in another protocol. */
export const translatedSchema: z.ZodMiniType<TranslatedRequest> = z.object({
  tools: z.optional(z.nullable(z.array(z.record(z.string(), z.unknown(), { error: 'an object' }), { error: 'an array' }))),
  parallel_tool_calls: booleanOrNull,
  temperature: numberOrNull,
  top_p: numberOrNull,
  top_k: numberOrNull,
  presence_penalty: numberOrNull,
  frequency_penalty: numberOrNull,
  seed: numberOrNull,
  stop: z.optional(z.nullable(z.union([z.string(), z.array(z.string())], { error: 'a string or an array of strings' }))),
  response_format: objectOrNull,
  reasoning_effort: stringOrNull,
  logprobs: booleanOrNull,
  top_logprobs: numberOrNull,
  logit_bias: objectOrNull,
  user: stringOrNull,
  metadata: objectOrNull,
})

export interface TranslatedRequest {
  readonly parallel_tool_calls?: boolean | null | undefined
  readonly temperature?: number | null | undefined
  readonly top_p?: number | null | undefined
  readonly top_k?: number | null | undefined
  readonly presence_penalty?: number | null | undefined
  readonly frequency_penalty?: number | null | undefined
  readonly seed?: number | null | undefined
  readonly stop?: string | readonly string[] | null | undefined
  readonly reasoning_effort?: string | null | undefined
  readonly logprobs?: boolean | null | undefined
  readonly top_logprobs?: number | null | undefined
  readonly user?: string | null | undefined
}
