import * as z from 'zod/mini'
import { countWords, IMAGE_TOKENS, MESSAGE_TOKENS, tokensOfEffort, toolsToCall } from '../prompt.ts'
import type { AnswerFormat, Prompt } from '../prompt.ts'

/** The fields of a request to `/api/chat` that a simulated server acts on. */
export interface ChatRequest {
  readonly model: string
  readonly messages: readonly Message[]
  /** Streams where it is left out. */
  readonly stream?: boolean | undefined
  readonly format?: unknown
  readonly think?: boolean | string | undefined
  readonly options?: { readonly num_predict?: number | undefined; readonly stop?: readonly string[] | undefined } | undefined
  readonly tools?: readonly { readonly function: { readonly name: string; readonly parameters?: unknown } }[] | undefined
  readonly x_simulate?: unknown
}

export interface Message {
  readonly role: string
  readonly content?: string | undefined
  readonly images?: readonly string[] | undefined
}

/** A request without messages, which only loads a model, is not read here. */
export const chatRequest: z.ZodMiniType<ChatRequest> = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.optional(z.string()), images: z.optional(z.array(z.string())) })),
  stream: z.optional(z.boolean()),
  format: z.optional(z.unknown()),
  think: z.optional(z.union([z.boolean(), z.string()])),
  options: z.optional(z.looseObject({ num_predict: z.optional(z.int()), stop: z.optional(z.array(z.string())) })),
  tools: z.optional(z.array(z.looseObject({ function: z.looseObject({ name: z.string(), parameters: z.optional(z.unknown()) }) }))),
  x_simulate: z.optional(z.unknown()),
})

/** What the request asks. */
export function promptOf(request: ChatRequest): Prompt {
  const { options } = request
  const limit = options?.num_predict ?? -1
  return {
    model: request.model,
    lastUserText: lastUserText(request),
    promptTokens: request.messages.reduce((sum, entry) => sum + tokensOf(entry), 0),
    cachedTokens: 0,
    choices: 1,
    calls: toolsToCall({
      tools: (request.tools ?? []).map((tool) => ({ name: tool.function.name, parameters: tool.function.parameters })),
      isSilent: request.messages.at(-1)?.role === 'tool',
      isParallel: true,
    }),
    format: formatOf(request.format),
    maxTokens: limit < 0 ? Number.POSITIVE_INFINITY : limit,
    stops: options?.stop ?? [],
    thoughtTokens: request.think === true ? tokensOfEffort('medium') : tokensOfEffort(String(request.think)),
  }
}

/** The text of the last user message. */
export function lastUserText(request: ChatRequest): string {
  return request.messages.findLast((entry) => entry.role === 'user')?.content ?? ''
}

function tokensOf(entry: Message): number {
  return MESSAGE_TOKENS + countWords(entry.content ?? '') + (entry.images ?? []).length * IMAGE_TOKENS
}

function formatOf(format: unknown): AnswerFormat {
  if (format === 'json') return { kind: 'json' }
  return typeof format === 'object' && format !== null ? { kind: 'schema', schema: format } : { kind: 'text' }
}
