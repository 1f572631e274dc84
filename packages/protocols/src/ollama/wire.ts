import * as z from 'zod/mini'

/** The key of `extensions`, `extras` and opaque parts of this protocol. */
export const PROTOCOL = 'ollama'

const numberOrNull = z.optional(z.nullable(z.number({ error: 'a number' })))
const booleanOrNull = z.optional(z.nullable(z.boolean({ error: 'a boolean' })))

/**
 * The fields of a request that the gateway acts on before it is decoded; all others ride along unseen.
 * Source: https://docs.ollama.com/api/chat
 */
export const requestSchema: z.ZodMiniType<CheckedRequest> = z.object({
  model: z
    .string({ error: 'a model name' })
    .check(z.minLength(1, { error: 'a model name' }), z.maxLength(256, { error: 'a model name of at most 256 characters' })),
  messages: z
    .array(z.object({ role: z.string({ error: 'a string' }) }, { error: 'an object' }), { error: 'an array' })
    .check(z.minLength(1, { error: 'at least one message' })),
  stream: booleanOrNull,
  options: z.optional(
    z.nullable(z.object({ num_predict: z.optional(z.nullable(z.int({ error: 'an integer' }))) }, { error: 'an object' })),
  ),
})

export interface CheckedRequest {
  readonly model: string
  readonly messages: readonly unknown[]
  /** The server streams unless it is told not to. */
  readonly stream?: boolean | null | undefined
  readonly options?: { readonly num_predict?: number | null | undefined } | null | undefined
}

/** The names in `requestSchema`, to find keys that differ from one of them in case alone. */
export const CHECKED_FIELDS: ReadonlySet<string> = new Set(['model', 'messages', 'stream', 'options'] satisfies (keyof CheckedRequest)[])

/** What a request must be beyond `requestSchema` before it can be said in another protocol. */
export const translatedSchema: z.ZodMiniType<TranslatedRequest> = z.object({
  tools: z.optional(z.nullable(z.array(z.record(z.string(), z.unknown(), { error: 'an object' }), { error: 'an array' }))),
  format: z.optional(z.nullable(z.union([z.string(), z.record(z.string(), z.unknown())], { error: 'a string or a JSON schema' }))),
  think: z.optional(z.nullable(z.union([z.boolean(), z.string()], { error: 'a boolean or a string' }))),
  logprobs: booleanOrNull,
  top_logprobs: numberOrNull,
  options: z.optional(
    z.nullable(
      z.object({
        temperature: numberOrNull,
        top_p: numberOrNull,
        top_k: numberOrNull,
        seed: numberOrNull,
        presence_penalty: numberOrNull,
        frequency_penalty: numberOrNull,
        stop: z.optional(z.nullable(z.array(z.string({ error: 'a string' }), { error: 'an array of strings' }))),
      }),
    ),
  ),
})

export interface TranslatedRequest {
  readonly think?: boolean | string | null | undefined
  readonly logprobs?: boolean | null | undefined
  readonly top_logprobs?: number | null | undefined
  readonly options?:
    | {
        readonly temperature?: number | null | undefined
        readonly top_p?: number | null | undefined
        readonly top_k?: number | null | undefined
        readonly seed?: number | null | undefined
        readonly presence_penalty?: number | null | undefined
        readonly frequency_penalty?: number | null | undefined
        readonly stop?: readonly string[] | null | undefined
      }
    | null
    | undefined
}
