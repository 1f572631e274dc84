import * as z from 'zod/mini'

/** The key of `extensions`, `extras` and opaque parts of this protocol. */
export const PROTOCOL = 'openai-completions'

const COUNT = 'an integer of at least 0'
const CHOICES = 'an integer from 1 to 128'
const MODEL = 'a model name'
const LONG_MODEL = 'a model name of at most 256 characters'
const PROMPT = 'a string, an array of strings, of tokens, or of arrays of tokens'

const choices = z.optional(
  z.nullable(z.int({ error: CHOICES }).check(z.minimum(1, { error: CHOICES }), z.maximum(128, { error: CHOICES }))),
)

/**
 * The fields of a request that the gateway acts on before it is decoded; all others ride along unseen. `max_tokens` is 0
 * where only the prompt's own probabilities are wanted.
 * Source: https://platform.openai.com/docs/api-reference/completions/create
 */
export const requestSchema: z.ZodMiniType<CheckedRequest> = z.object({
  model: z.string({ error: MODEL }).check(z.minLength(1, { error: MODEL }), z.maxLength(256, { error: LONG_MODEL })),
  prompt: z.optional(z.nullable(z.union([z.string(), z.array(z.unknown())], { error: PROMPT }))),
  stream: z.optional(z.nullable(z.boolean({ error: 'a boolean' }))),
  stream_options: z.optional(z.nullable(z.record(z.string(), z.unknown(), { error: 'an object' }))),
  n: choices,
  best_of: choices,
  max_tokens: z.optional(z.nullable(z.int({ error: COUNT }).check(z.minimum(0, { error: COUNT })))),
  stop: z.optional(z.nullable(z.union([z.string(), z.array(z.string())], { error: 'a string or an array of strings' }))),
})

export interface CheckedRequest {
  readonly model: string
  readonly prompt?: string | readonly unknown[] | null | undefined
  readonly stream?: boolean | null | undefined
  readonly stream_options?: { readonly include_usage?: unknown } | null | undefined
  readonly n?: number | null | undefined
  readonly best_of?: number | null | undefined
  readonly max_tokens?: number | null | undefined
  readonly stop?: string | readonly string[] | null | undefined
}

/** The names in `requestSchema`, to find keys that differ from one of them in case alone. */
export const CHECKED_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'prompt',
  'stream',
  'stream_options',
  'n',
  'best_of',
  'max_tokens',
  'stop',
] satisfies (keyof CheckedRequest)[])

const numberOrNull = z.optional(z.nullable(z.number({ error: 'a number' })))

/** What a request must be beyond `requestSchema` before it can be said in another protocol. */
export const translatedSchema: z.ZodMiniType<TranslatedRequest> = z.object({
  temperature: numberOrNull,
  top_p: numberOrNull,
  presence_penalty: numberOrNull,
  frequency_penalty: numberOrNull,
  seed: numberOrNull,
  logprobs: numberOrNull,
  logit_bias: z.optional(z.nullable(z.record(z.string(), z.unknown(), { error: 'an object' }))),
  user: z.optional(z.nullable(z.string({ error: 'a string' }))),
})

export interface TranslatedRequest {
  readonly temperature?: number | null | undefined
  readonly top_p?: number | null | undefined
  readonly presence_penalty?: number | null | undefined
  readonly frequency_penalty?: number | null | undefined
  readonly seed?: number | null | undefined
  readonly logprobs?: number | null | undefined
  readonly user?: string | null | undefined
}
