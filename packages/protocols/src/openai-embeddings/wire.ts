import * as z from 'zod/mini'

/** The key of `extensions` of this protocol. */
export const PROTOCOL = 'openai-embeddings'

const COUNT = 'a positive integer'
const MODEL = 'a model name'
const LONG_MODEL = 'a model name of at most 256 characters'

/**
 * The fields of a request that the gateway acts on; all others ride along unseen.
 * Source: https://platform.openai.com/docs/api-reference/embeddings/create
 */
export const requestSchema: z.ZodMiniType<CheckedRequest> = z.object({
  model: z.string({ error: MODEL }).check(z.minLength(1, { error: MODEL }), z.maxLength(256, { error: LONG_MODEL })),
  dimensions: z.optional(z.nullable(z.int({ error: COUNT }).check(z.positive({ error: COUNT })))),
  encoding_format: z.optional(z.nullable(z.string({ error: 'a string' }))),
  user: z.optional(z.nullable(z.string({ error: 'a string' }))),
})

export interface CheckedRequest {
  readonly model: string
  readonly dimensions?: number | null | undefined
  readonly encoding_format?: string | null | undefined
  readonly user?: string | null | undefined
}

/** The names of what is checked, to find keys that differ from one of them in case alone. */
export const CHECKED_FIELDS: ReadonlySet<string> = new Set(['model', 'input', 'dimensions', 'encoding_format', 'user'])
