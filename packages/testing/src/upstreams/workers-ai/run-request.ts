import * as z from 'zod/mini'
import { countWords, MESSAGE_TOKENS, toolsToCall } from '../prompt.ts'
import type { AnswerFormat, Prompt } from '../prompt.ts'

/** The fields of a request to a model that a simulated server acts on. */
export interface RunRequest {
  readonly prompt?: string | undefined
  readonly messages?: readonly RunMessage[] | undefined
  /** What is to be embedded. */
  readonly text?: string | readonly string[] | undefined
  readonly stream?: boolean | undefined
  readonly max_tokens?: number | undefined
  readonly tools?: readonly RunTool[] | undefined
  readonly response_format?: { readonly type: string; readonly json_schema?: unknown } | null | undefined
  readonly x_simulate?: unknown
}

export interface RunMessage {
  readonly role: string
  readonly content?: string | readonly { readonly text?: string | undefined }[] | null | undefined
}

/** Either as OpenAI writes them, or bare. */
export interface RunTool {
  readonly name?: string | undefined
  readonly parameters?: unknown
  readonly function?: { readonly name: string; readonly parameters?: unknown } | undefined
}

const message = z.looseObject({
  role: z.string(),
  content: z.optional(z.nullable(z.union([z.string(), z.array(z.looseObject({ text: z.optional(z.string()) }))]))),
})

const tool = z.looseObject({
  name: z.optional(z.string()),
  parameters: z.optional(z.unknown()),
  function: z.optional(z.looseObject({ name: z.string(), parameters: z.optional(z.unknown()) })),
})

/** One of `prompt`, `messages` and `text` must be there; the caller looks. */
export const runRequest: z.ZodMiniType<RunRequest> = z.looseObject({
  prompt: z.optional(z.string()),
  messages: z.optional(z.array(message).check(z.minLength(1))),
  text: z.optional(z.union([z.string(), z.array(z.string())])),
  stream: z.optional(z.boolean()),
  max_tokens: z.optional(z.int().check(z.gte(1))),
  tools: z.optional(z.array(tool)),
  response_format: z.optional(z.nullable(z.looseObject({ type: z.string(), json_schema: z.optional(z.unknown()) }))),
  x_simulate: z.optional(z.unknown()),
})

/** What the request asks. */
export function promptOf(request: RunRequest, model: string): Prompt {
  const messages = messagesOf(request)
  return {
    model,
    lastUserText: lastUserText(request),
    promptTokens: messages.reduce((sum, entry) => sum + MESSAGE_TOKENS + countWords(textOf(entry)), 0),
    cachedTokens: 0,
    choices: 1,
    calls: toolsToCall({
      tools: (request.tools ?? []).map((entry) => ({
        name: entry.function?.name ?? entry.name ?? '',
        parameters: entry.function?.parameters ?? entry.parameters,
      })),
      isSilent: messages.at(-1)?.role === 'tool',
      isParallel: true,
    }),
    format: formatOf(request),
    maxTokens: request.max_tokens ?? DEFAULT_MAX_TOKENS,
    stops: [],
    thoughtTokens: 0,
  }
}

/** The vendor's own limit where the request sets none. */
const DEFAULT_MAX_TOKENS = 256

/** The text of the last user message. */
export function lastUserText(request: RunRequest): string {
  const last = messagesOf(request).findLast((entry) => entry.role === 'user')
  return last === undefined ? '' : textOf(last)
}

function messagesOf({ messages, prompt }: RunRequest): readonly RunMessage[] {
  return messages ?? [{ role: 'user', content: prompt ?? '' }]
}

function textOf({ content }: RunMessage): string {
  if (content === undefined || content === null) return ''
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('')
}

function formatOf({ response_format: format }: RunRequest): AnswerFormat {
  if (format?.type === 'json_schema') return { kind: 'schema', schema: format.json_schema }
  return { kind: format?.type === 'json_object' ? 'json' : 'text' }
}
