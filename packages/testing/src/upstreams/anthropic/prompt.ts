import { toolsToCall, tokensOfEffort } from '../prompt.ts'
import type { AnswerFormat, Prompt } from '../prompt.ts'
import { blocksOf } from './message-request.ts'
import type { MessageRequest } from './message-request.ts'
import type { InputTokens } from './prompt-cache.ts'

/** What the request asks. */
export function promptOf(request: MessageRequest, input: InputTokens): Prompt {
  const { tool_choice: choice } = request
  const last = blocksOf(request.messages.at(-1)?.content)
  return {
    model: request.model,
    lastUserText: userText(request),
    promptTokens: input.fresh + input.read + input.written,
    cachedTokens: input.read,
    cacheWriteTokens: input.written,
    choices: 1,
    calls: toolsToCall({
      tools: (request.tools ?? []).map((tool) => ({ name: tool.name, parameters: tool.input_schema })),
      isSilent: choice?.type === 'none' || last.some((block) => block.type === 'tool_result'),
      forced: choice?.type === 'tool' ? choice.name : undefined,
      isParallel: choice?.disable_parallel_tool_use !== true,
    }),
    format: formatOf(request),
    maxTokens: request.max_tokens ?? Number.POSITIVE_INFINITY,
    stops: request.stop_sequences ?? [],
    thoughtTokens: thoughtTokens(request),
  }
}

/** The text of the last message that a person wrote. */
export function userText(request: MessageRequest): string {
  const texts = request.messages
    .filter((message) => message.role === 'user')
    .map((message) => blocksOf(message.content).map((block) => (block.type === 'text' ? (block.text ?? '') : '')))
  return texts.findLast((pieces) => pieces.join('') !== '')?.join('') ?? ''
}

function formatOf({ output_config: config, output_format: format }: MessageRequest): AnswerFormat {
  const wanted = config?.format ?? format
  return wanted?.type === 'json_schema' ? { kind: 'schema', schema: wanted.schema } : { kind: 'text' }
}

/** A hundredth of the budget; where the model itself decides, by the effort. */
function thoughtTokens({ thinking, output_config: config }: MessageRequest): number {
  if (thinking?.type === 'enabled') return Math.ceil((thinking.budget_tokens ?? 0) / 100)
  return thinking?.type === 'adaptive' ? tokensOfEffort(config?.effort ?? 'high') : 0
}
