import * as z from 'zod/mini'

/** The key of `extensions`, `extras` and opaque parts of this protocol. */
export const PROTOCOL = 'openai-responses'

const COUNT = 'a positive integer'
const MODEL = 'a model name'
const LONG_MODEL = 'a model name of at most 256 characters'

/**
 * The fields of a request that the gateway acts on before it is decoded; all others ride along unseen. The vendor wants no
 * `input` where it keeps the conversation or the prompt itself.
 * Source: https://platform.openai.com/docs/api-reference/responses/create
 */
export const requestSchema: z.ZodMiniType<CheckedRequest> = z.object({
  model: z.string({ error: MODEL }).check(z.minLength(1, { error: MODEL }), z.maxLength(256, { error: LONG_MODEL })),
  input: z.optional(z.nullable(z.union([z.string(), z.array(z.unknown())], { error: 'a string or an array of items' }))),
  stream: z.optional(z.nullable(z.boolean({ error: 'a boolean' }))),
  max_output_tokens: z.optional(z.nullable(z.int({ error: COUNT }).check(z.positive({ error: COUNT })))),
})

export interface CheckedRequest {
  readonly model: string
  readonly input?: string | readonly unknown[] | null | undefined
  readonly stream?: boolean | null | undefined
  readonly max_output_tokens?: number | null | undefined
}

/** The names in `requestSchema`, to find keys that differ from one of them in case alone. */
export const CHECKED_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'input',
  'stream',
  'max_output_tokens',
] satisfies (keyof CheckedRequest)[])

const numberOrNull = z.optional(z.nullable(z.number({ error: 'a number' })))
const booleanOrNull = z.optional(z.nullable(z.boolean({ error: 'a boolean' })))
const stringOrNull = z.optional(z.nullable(z.string({ error: 'a string' })))
const object = z.record(z.string(), z.unknown(), { error: 'an object' })
const objectOrNull = z.optional(z.nullable(object))
const namedTool = z.object({ type: z.string({ error: 'a string' }) }, { error: 'an object' })

/** What a request must be beyond `requestSchema` before it can be said in another protocol. */
export const translatedSchema: z.ZodMiniType<TranslatedRequest> = z.object({
  instructions: stringOrNull,
  tools: z.optional(z.nullable(z.array(namedTool, { error: 'an array' }))),
  parallel_tool_calls: booleanOrNull,
  temperature: numberOrNull,
  top_p: numberOrNull,
  top_logprobs: numberOrNull,
  include: z.optional(z.nullable(z.array(z.string({ error: 'a string' }), { error: 'an array' }))),
  text: objectOrNull,
  reasoning: objectOrNull,
  store: booleanOrNull,
  metadata: objectOrNull,
  user: stringOrNull,
})

export interface TranslatedRequest {
  readonly instructions?: string | null | undefined
  readonly parallel_tool_calls?: boolean | null | undefined
  readonly temperature?: number | null | undefined
  readonly top_p?: number | null | undefined
  readonly top_logprobs?: number | null | undefined
  readonly include?: readonly string[] | null | undefined
  readonly store?: boolean | null | undefined
  readonly user?: string | null | undefined
}
