import * as z from 'zod/mini'

/** One item of what is put in, as far as the server acts on it. */
export interface InputItem {
  readonly type?: string | undefined
  readonly id?: string | null | undefined
  readonly role?: string | undefined
  readonly content?: string | readonly InputPart[] | null | undefined
  readonly call_id?: string | undefined
  readonly output?: unknown
  readonly encrypted_content?: string | null | undefined
}

export interface InputPart {
  readonly type: string
  readonly text?: string | undefined
}

export interface ResponseTool {
  readonly type: string
  readonly name?: string | undefined
  readonly parameters?: unknown
}

/** The fields of a request to the Responses API that a simulated server acts on. */
export interface ResponseRequest {
  readonly model: string
  readonly input: string | readonly InputItem[]
  readonly instructions?: string | null | undefined
  readonly stream?: boolean | null | undefined
  readonly store?: boolean | null | undefined
  readonly include?: readonly string[] | null | undefined
  readonly previous_response_id?: string | null | undefined
  readonly tools?: readonly ResponseTool[] | null | undefined
  readonly tool_choice?: unknown
  readonly parallel_tool_calls?: boolean | null | undefined
  readonly text?: { readonly format?: { readonly type: string; readonly schema?: unknown } | null | undefined } | null | undefined
  readonly reasoning?: { readonly effort?: string | null | undefined; readonly summary?: string | null | undefined } | null | undefined
  readonly max_output_tokens?: number | null | undefined
  readonly x_simulate?: unknown
}

const optional = <T extends z.ZodMiniType>(inner: T): z.ZodMiniOptional<z.ZodMiniNullable<T>> => z.optional(z.nullable(inner))

const part = z.looseObject({ type: z.string(), text: z.optional(z.string()) })

const item = z.looseObject({
  type: z.optional(z.string()),
  id: optional(z.string()),
  role: z.optional(z.string()),
  content: optional(z.union([z.string(), z.array(part)])),
  call_id: z.optional(z.string()),
  output: z.optional(z.unknown()),
  encrypted_content: optional(z.string()),
})

/** As strict as the vendor where it matters to a client. */
export const responseRequest: z.ZodMiniType<ResponseRequest> = z.looseObject({
  model: z.string(),
  input: z.union([z.string(), z.array(item).check(z.minLength(1))]),
  instructions: optional(z.string()),
  stream: optional(z.boolean()),
  store: optional(z.boolean()),
  include: optional(z.array(z.string())),
  previous_response_id: optional(z.string()),
  tools: optional(z.array(z.looseObject({ type: z.string(), name: z.optional(z.string()), parameters: z.optional(z.unknown()) }))),
  tool_choice: z.optional(z.unknown()),
  parallel_tool_calls: optional(z.boolean()),
  text: optional(z.looseObject({ format: optional(z.looseObject({ type: z.string(), schema: z.optional(z.unknown()) })) })),
  reasoning: optional(z.looseObject({ effort: optional(z.string()), summary: optional(z.string()) })),
  max_output_tokens: optional(z.int().check(z.gte(1))),
  x_simulate: z.optional(z.unknown()),
})

/** What is put in, as items; a bare text is what the user says. */
export function itemsOf(input: ResponseRequest['input']): readonly InputItem[] {
  return typeof input === 'string' ? [{ role: 'user', content: input }] : input
}

/** The text of an item. */
export function textOfItem(entry: InputItem): string {
  const { content } = entry
  if (content === undefined || content === null) return ''
  return typeof content === 'string' ? content : content.map((piece) => piece.text ?? '').join('')
}
