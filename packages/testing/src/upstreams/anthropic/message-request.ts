import * as z from 'zod/mini'

/** A piece of a message, as far as the server acts on it. */
export interface Block {
  readonly type: string
  readonly text?: string | undefined
  readonly id?: string | undefined
  readonly tool_use_id?: string | undefined
  readonly thinking?: string | undefined
  readonly signature?: string | undefined
  readonly content?: unknown
  readonly source?: unknown
  readonly cache_control?: CacheControl | null | undefined
}

export interface CacheControl {
  readonly type: string
  readonly ttl?: string | undefined
}

export interface Message {
  readonly role: string
  readonly content: string | readonly Block[]
}

export interface Tool {
  readonly name: string
  readonly input_schema?: unknown
  readonly cache_control?: CacheControl | null | undefined
}

/** The fields of a request to the Messages API that a simulated server acts on. */
export interface MessageRequest {
  readonly model: string
  readonly messages: readonly Message[]
  readonly max_tokens?: number | undefined
  readonly system?: string | readonly Block[] | undefined
  readonly stream?: boolean | undefined
  readonly temperature?: number | undefined
  readonly stop_sequences?: readonly string[] | undefined
  readonly tools?: readonly Tool[] | undefined
  readonly tool_choice?:
    | { readonly type: string; readonly name?: string | undefined; readonly disable_parallel_tool_use?: boolean | undefined }
    | undefined
  readonly thinking?: Thinking | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly output_config?: { readonly effort?: string | null | undefined; readonly format?: OutputFormat | null | undefined } | undefined
  readonly output_format?: OutputFormat | null | undefined
  readonly x_simulate?: unknown
}

export interface Thinking {
  readonly type: string
  readonly budget_tokens?: number | undefined
  readonly display?: string | null | undefined
}

export interface OutputFormat {
  readonly type: string
  readonly schema?: unknown
}

const cacheControl = z.optional(z.nullable(z.looseObject({ type: z.string(), ttl: z.optional(z.string()) })))

const block = z.looseObject({
  type: z.string(),
  text: z.optional(z.string()),
  id: z.optional(z.string()),
  tool_use_id: z.optional(z.string()),
  thinking: z.optional(z.string()),
  signature: z.optional(z.string()),
  content: z.optional(z.unknown()),
  source: z.optional(z.unknown()),
  cache_control: cacheControl,
})

const content = z.union([z.string(), z.array(block)])
const format = z.optional(z.nullable(z.looseObject({ type: z.string(), schema: z.optional(z.unknown()) })))

/** As the vendor reads it, `max_tokens` apart: counting tokens does without. */
export const messageRequest: z.ZodMiniType<MessageRequest> = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content })).check(z.minLength(1)),
  max_tokens: z.optional(z.int().check(z.gte(1))),
  system: z.optional(content),
  stream: z.optional(z.boolean()),
  temperature: z.optional(z.number().check(z.gte(0), z.lte(1))),
  stop_sequences: z.optional(z.array(z.string())),
  tools: z.optional(z.array(z.looseObject({ name: z.string(), input_schema: z.optional(z.unknown()), cache_control: cacheControl }))),
  tool_choice: z.optional(
    z.looseObject({ type: z.string(), name: z.optional(z.string()), disable_parallel_tool_use: z.optional(z.boolean()) }),
  ),
  thinking: z.optional(
    z.looseObject({ type: z.string(), budget_tokens: z.optional(z.int()), display: z.optional(z.nullable(z.string())) }),
  ),
  cache_control: cacheControl,
  output_config: z.optional(z.looseObject({ effort: z.optional(z.nullable(z.string())), format })),
  output_format: format,
  x_simulate: z.optional(z.unknown()),
})

/** The pieces of a content that is perhaps a bare text. */
export function blocksOf(value: string | readonly Block[] | undefined): readonly Block[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [{ type: 'text', text: value }] : value
}

/** Reads what nests in a tool's result or in a document; nothing where it is no content. */
export function nestedBlocks(value: unknown): readonly Block[] {
  const parsed = content.safeParse(value)
  return parsed.success ? blocksOf(parsed.data) : []
}
