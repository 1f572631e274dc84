import { writeJson } from '@gateway/core'
import type { AssistantPart, ChatRequest, Message, ToolResultPart, UserPart } from '@gateway/core'

/** All that a model would read of a request, as one text. Images and files count for nothing here. */
export function textOfRequest({ messages, tools = [] }: ChatRequest): string {
  const said = messages.flatMap((message) => partsOf(message).map(textOf))
  return [...said, ...tools.map((tool) => writeJson(tool))].join('\n')
}

type Part = AssistantPart | UserPart | ToolResultPart

function partsOf(message: Message): readonly Part[] {
  return message.content
}

function textOf(part: Part): string {
  switch (part.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return part.text
    case 'tool-call':
      return `${part.name} ${part.arguments}`
    case 'opaque':
      return writeJson(part.value)
    case 'media':
      return ''
  }
}
