import { seal } from '../prompt.ts'
import { blocksOf } from './message-request.ts'
import type { MessageRequest } from './message-request.ts'

/** What stands under a thought; the vendor takes a thought back only with it, and only unchanged. */
export function signatureOf(thought: string): string {
  return seal(`thinking:${thought}`)
}

/** What the vendor refuses about thoughts: the sentence of its 400. */
export function checkThinking(request: MessageRequest): string | null {
  return checkSettings(request) ?? checkSignatures(request) ?? checkOrder(request)
}

const LEAST_BUDGET = 1024

function checkSettings(request: MessageRequest): string | null {
  const { thinking, temperature, tool_choice: choice } = request
  if (thinking?.type !== 'enabled') return null
  const wrong = checkBudget(thinking.budget_tokens, request.max_tokens)
  if (wrong !== null) return wrong
  if (temperature !== undefined && temperature !== 1) return '`temperature` may only be set to 1 when thinking is enabled.'
  const isForced = choice?.type === 'any' || choice?.type === 'tool'
  return isForced ? 'Thinking may not be enabled when tool_choice forces tool use.' : null
}

function checkBudget(budget: number | undefined, maxTokens: number | undefined): string | null {
  if (budget === undefined) return 'thinking.enabled.budget_tokens: Field required'
  if (budget < LEAST_BUDGET) return `thinking.enabled.budget_tokens: Input should be greater than or equal to ${LEAST_BUDGET}`
  const isTooMuch = maxTokens !== undefined && maxTokens <= budget
  return isTooMuch ? '`max_tokens` must be greater than `thinking.budget_tokens`.' : null
}

function checkSignatures(request: MessageRequest): string | null {
  for (const [index, message] of request.messages.entries()) {
    for (const [place, block] of blocksOf(message.content).entries()) {
      if (block.type !== 'thinking') continue
      const where = `messages.${index}.content.${place}`
      if (block.signature === undefined) return `${where}.thinking.signature: Field required`
      if (block.signature !== signatureOf(block.thinking ?? '')) return `${where}: Invalid \`signature\` in \`thinking\` block`
    }
  }
  return null
}

/** While tools are at work, the turn must begin with the thought that it began with. */
function checkOrder(request: MessageRequest): string | null {
  const last = blocksOf(request.messages.at(-1)?.content)
  if (request.thinking?.type !== 'enabled' || !last.some((block) => block.type === 'tool_result')) return null
  const index = request.messages.findLastIndex((message) => message.role === 'assistant')
  const type = blocksOf(request.messages[index]?.content)[0]?.type
  if (type === undefined || type === 'thinking' || type === 'redacted_thinking') return null
  return `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${type}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking`
}
