import * as z from 'zod/mini'
import { countWords, MESSAGE_TOKENS, parseJson, tokensOfEffort, toolsToCall } from '../prompt.ts'
import type { AnswerFormat, Prompt } from '../prompt.ts'

/** The fields of a Chat Completions request that a simulated server acts on. */
export interface ChatRequest {
  readonly model: string
  readonly messages: readonly Message[]
  readonly stream?: boolean | null | undefined
  readonly stream_options?: { readonly include_usage?: boolean | undefined } | null | undefined
  readonly n?: number | null | undefined
  readonly tools?: readonly Tool[] | undefined
  readonly tool_choice?: unknown
  readonly parallel_tool_calls?: boolean | undefined
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema?: unknown } | undefined } | null | undefined
  readonly logprobs?: boolean | null | undefined
  readonly reasoning_effort?: string | null | undefined
  readonly max_tokens?: number | null | undefined
  readonly max_completion_tokens?: number | null | undefined
  readonly stop?: string | readonly string[] | null | undefined
  readonly x_simulate?: unknown
}

export interface Message {
  readonly role: string
  readonly content?: string | readonly { readonly type: string; readonly text?: string | undefined }[] | null | undefined
}

export interface Tool {
  readonly type: string
  readonly function?: { readonly name: string; readonly parameters?: unknown } | undefined
}

const part = z.looseObject({ type: z.string(), text: z.optional(z.string()) })

const message = z.looseObject({
  role: z.string(),
  content: z.optional(z.nullable(z.union([z.string(), z.array(part)]))),
})

const tool = z.looseObject({
  type: z.string(),
  function: z.optional(z.looseObject({ name: z.string(), parameters: z.optional(z.unknown()) })),
})

const chatRequest: z.ZodMiniType<ChatRequest> = z.looseObject({
  model: z.string(),
  messages: z.array(message).check(z.minLength(1)),
  stream: z.optional(z.nullable(z.boolean())),
  stream_options: z.optional(z.nullable(z.looseObject({ include_usage: z.optional(z.boolean()) }))),
  n: z.optional(z.nullable(z.int().check(z.gte(1), z.lte(128)))),
  tools: z.optional(z.array(tool)),
  tool_choice: z.optional(z.unknown()),
  parallel_tool_calls: z.optional(z.boolean()),
  response_format: z.optional(
    z.nullable(z.looseObject({ type: z.string(), json_schema: z.optional(z.looseObject({ schema: z.optional(z.unknown()) })) })),
  ),
  logprobs: z.optional(z.nullable(z.boolean())),
  reasoning_effort: z.optional(z.nullable(z.string())),
  max_tokens: z.optional(z.nullable(z.int().check(z.gte(1)))),
  max_completion_tokens: z.optional(z.nullable(z.int().check(z.gte(1)))),
  stop: z.optional(z.nullable(z.union([z.string(), z.array(z.string())]))),
  x_simulate: z.optional(z.unknown()),
})

/** What is wrong with a request body: the sentence, and the field to blame. */
export interface BadRequest {
  readonly message: string
  readonly param: string | null
}

/** Reads a request body as strictly as the vendors do where it matters to a client; never throws. */
export function readChatRequest(body: string): ChatRequest | BadRequest {
  const value = parseJson(body)
  if (value === undefined) return { message: 'We could not parse the JSON body of your request.', param: null }
  const result = chatRequest.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const param = issue === undefined || issue.path.length === 0 ? null : issue.path.join('.')
  return { message: `Invalid value for '${param ?? 'body'}': ${issue?.message ?? 'unexpected'}`, param }
}

export function isBadRequest(value: ChatRequest | BadRequest): value is BadRequest {
  return !('messages' in value)
}

/** The text of the last user message. */
export function lastUserText(request: ChatRequest): string {
  const last = request.messages.findLast((entry) => entry.role === 'user')
  return last === undefined ? '' : textOf(last.content)
}

/** The text parts of a message's content, joined. */
function textOf(content: Message['content']): string {
  if (content === undefined || content === null) return ''
  if (typeof content === 'string') return content
  return content.map((entry) => entry.text ?? '').join('')
}

const named = z.looseObject({ function: z.looseObject({ name: z.string() }) })

/** What the request asks; an image or a file costs nothing here. */
export function promptOf(request: ChatRequest): Prompt {
  const promptTokens = request.messages.reduce((sum, entry) => sum + MESSAGE_TOKENS + countWords(textOf(entry.content)), 0)
  const tools = (request.tools ?? []).flatMap((entry) => entry.function ?? [])
  return {
    model: request.model,
    lastUserText: lastUserText(request),
    promptTokens,
    cachedTokens: Math.floor(promptTokens / 4),
    choices: request.n ?? 1,
    calls: toolsToCall({
      tools: tools.map(({ name, parameters }) => ({ name, parameters })),
      isSilent: request.tool_choice === 'none' || request.messages.at(-1)?.role === 'tool',
      forced: named.safeParse(request.tool_choice).data?.function.name,
      isParallel: request.parallel_tool_calls !== false,
    }),
    format: formatOf(request),
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY,
    stops: typeof request.stop === 'string' ? [request.stop] : (request.stop ?? []),
    thoughtTokens: tokensOfEffort(request.reasoning_effort),
  }
}

function formatOf(request: ChatRequest): AnswerFormat {
  const format = request.response_format
  if (format?.type === 'json_schema') return { kind: 'schema', schema: format.json_schema?.schema }
  return { kind: format?.type === 'json_object' ? 'json' : 'text' }
}
