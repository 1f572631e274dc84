import * as z from 'zod/mini'
import { countWords, DOCUMENT_TOKENS, IMAGE_TOKENS, MESSAGE_TOKENS, tokensOfEffort, toolsToCall } from '../prompt.ts'
import type { AnswerFormat, Prompt } from '../prompt.ts'
import { itemsOf, textOfItem } from './response-request.ts'
import type { InputItem, ResponseRequest } from './response-request.ts'

const named = z.looseObject({ name: z.string() })

/** What the request asks; `tokensBefore` is what the turns before it come to, which the server kept. */
export function promptOfResponse(request: ResponseRequest, tokensBefore: number): Prompt {
  const items = itemsOf(request.input)
  const promptTokens = tokensBefore + countWords(request.instructions ?? '') + items.reduce((sum, entry) => sum + tokensOf(entry), 0)
  const tools = (request.tools ?? []).filter((tool) => tool.type === 'function')
  return {
    model: request.model,
    lastUserText: lastUserText(items),
    promptTokens,
    cachedTokens: Math.floor(promptTokens / 4),
    choices: 1,
    calls: toolsToCall({
      tools: tools.map((tool) => ({ name: tool.name ?? '', parameters: tool.parameters })),
      isSilent: request.tool_choice === 'none' || items.at(-1)?.type === 'function_call_output',
      forced: named.safeParse(request.tool_choice).data?.name,
      isParallel: request.parallel_tool_calls !== false,
    }),
    format: formatOf(request),
    maxTokens: request.max_output_tokens ?? Number.POSITIVE_INFINITY,
    stops: [],
    thoughtTokens: tokensOfEffort(request.reasoning?.effort),
  }
}

/** The text of the last thing that the user said. */
export function lastUserText(items: readonly InputItem[]): string {
  const last = items.findLast((entry) => entry.role === 'user')
  return last === undefined ? '' : textOfItem(last)
}

function tokensOf(entry: InputItem): number {
  if (entry.type === 'reasoning') return 0
  if (entry.content === undefined || entry.content === null) return countWords(JSON.stringify(entry))
  const parts = typeof entry.content === 'string' ? [] : entry.content
  const images = parts.filter((piece) => piece.type === 'input_image').length
  const files = parts.filter((piece) => piece.type === 'input_file').length
  return MESSAGE_TOKENS + countWords(textOfItem(entry)) + images * IMAGE_TOKENS + files * DOCUMENT_TOKENS
}

function formatOf(request: ResponseRequest): AnswerFormat {
  const format = request.text?.format
  if (format?.type === 'json_schema') return { kind: 'schema', schema: format.schema }
  return { kind: format?.type === 'json_object' ? 'json' : 'text' }
}
