import { blocksOf } from './message-request.ts'
import type { MessageRequest } from './message-request.ts'

/** Every call has its result in the next message, and every result its call in the one before; the sentence of the 400 where not. */
export function checkTools(request: MessageRequest): string | null {
  const sentences = request.messages.map((_, index) => unanswered(request, index) ?? unasked(request, index))
  return sentences.find((sentence) => sentence !== null) ?? nameless(request)
}

function unanswered(request: MessageRequest, index: number): string | null {
  const isLast = index === request.messages.length - 1
  const results = new Set(idsIn(request, index + 1, 'tool_result'))
  const lost = isLast ? [] : idsIn(request, index, 'tool_use').filter((id) => !results.has(id))
  if (lost.length === 0) return null
  return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${lost.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`
}

function unasked(request: MessageRequest, index: number): string | null {
  const calls = new Set(idsIn(request, index - 1, 'tool_use'))
  const lost = idsIn(request, index, 'tool_result').find((id) => !calls.has(id))
  if (lost === undefined) return null
  const place = blocksOf(request.messages[index]?.content).findIndex((block) => block.tool_use_id === lost)
  return `messages.${index}.content.${place}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${lost}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`
}

function idsIn(request: MessageRequest, index: number, type: 'tool_use' | 'tool_result'): readonly string[] {
  const blocks = blocksOf(request.messages[index]?.content).filter((block) => block.type === type)
  return blocks.flatMap((block) => (type === 'tool_use' ? block.id : block.tool_use_id) ?? [])
}

function nameless(request: MessageRequest): string | null {
  const name = request.tool_choice?.type === 'tool' ? request.tool_choice.name : undefined
  if (name === undefined || (request.tools ?? []).some((tool) => tool.name === name)) return null
  return `Tool '${name}' not found in provided tools`
}
