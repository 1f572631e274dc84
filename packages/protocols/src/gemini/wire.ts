import * as z from 'zod/mini'

/** The key of `extensions`, `extras` and opaque parts of this protocol. */
export const PROTOCOL = 'gemini'

const COUNT = 'a positive integer'
const CHOICES = 'an integer from 1 to 128'
const numberOrNull = z.optional(z.nullable(z.number({ error: 'a number' })))
const booleanOrNull = z.optional(z.nullable(z.boolean({ error: 'a boolean' })))
const stringOrNull = z.optional(z.nullable(z.string({ error: 'a string' })))
const objectOrNull = z.optional(z.nullable(z.record(z.string(), z.unknown(), { error: 'an object' })))

/**
 * The fields of a request that the gateway acts on before it is decoded, in camelCase; all others ride along unseen.
 * Source: https://ai.google.dev/api/generate-content
 */
export const requestSchema: z.ZodMiniType<CheckedRequest> = z.object({
  contents: z
    .array(z.record(z.string(), z.unknown(), { error: 'an object' }), { error: 'an array' })
    .check(z.minLength(1, { error: 'at least one content' })),
  systemInstruction: objectOrNull,
  tools: z.optional(z.nullable(z.array(z.record(z.string(), z.unknown(), { error: 'an object' }), { error: 'an array' }))),
  toolConfig: objectOrNull,
  generationConfig: z.optional(
    z.nullable(
      z.object(
        {
          candidateCount: z.optional(
            z.nullable(z.int({ error: CHOICES }).check(z.minimum(1, { error: CHOICES }), z.maximum(128, { error: CHOICES }))),
          ),
          maxOutputTokens: z.optional(z.nullable(z.int({ error: COUNT }).check(z.positive({ error: COUNT })))),
        },
        { error: 'an object' },
      ),
    ),
  ),
})

export interface CheckedRequest {
  readonly contents: readonly unknown[]
  readonly generationConfig?:
    | { readonly candidateCount?: number | null | undefined; readonly maxOutputTokens?: number | null | undefined }
    | null
    | undefined
}

/** What a `generationConfig` must be beyond `requestSchema` before it can be said in another protocol; within its body, so that errors name it. */
export const generationSchema: z.ZodMiniType<{ readonly generationConfig: CheckedGeneration }> = z.object({
  generationConfig: z.object({
    temperature: numberOrNull,
    topP: numberOrNull,
    topK: numberOrNull,
    seed: numberOrNull,
    presencePenalty: numberOrNull,
    frequencyPenalty: numberOrNull,
    responseLogprobs: booleanOrNull,
    logprobs: numberOrNull,
    stopSequences: z.optional(z.nullable(z.array(z.string({ error: 'a string' }), { error: 'an array of strings' }))),
    responseMimeType: stringOrNull,
    responseSchema: objectOrNull,
    thinkingConfig: objectOrNull,
  }),
})

export interface CheckedGeneration {
  readonly responseLogprobs?: boolean | null | undefined
  readonly logprobs?: number | null | undefined
  readonly stopSequences?: readonly string[] | null | undefined
}

/** A body for `:batchEmbedContents`. */
export const batchSchema: z.ZodMiniType<{ readonly requests: readonly unknown[] }> = z.object({
  requests: z
    .array(z.record(z.string(), z.unknown(), { error: 'an object' }), { error: 'an array' })
    .check(z.minLength(1, { error: 'at least one request' })),
})
