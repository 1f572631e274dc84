import type { AssistantPart, ChatRequest, JsonObject, Message, UserPart } from '@gateway/core'
import { compact } from '../compact.ts'
import type { Translation } from '../translation.ts'
import { isFirstGeneration } from './model-generation.ts'
import { writeParts } from './parts.ts'
import { writeToolCall } from './tool-calls.ts'

export function writeMessages({ messages, model }: ChatRequest, translation: Translation): readonly JsonObject[] {
  const context = { names: callNames(messages), isOld: isFirstGeneration(model), translation }
  return messages.map((message) => writeMessage(message, context))
}

interface Context {
  /** Which function each call is for. */
  readonly names: ReadonlyMap<string, string>
  readonly isOld: boolean
  readonly translation: Translation
}

function writeMessage(message: Message, { names, isOld, translation }: Context): JsonObject {
  const extras = translation.ownExtras(message.extras)
  switch (message.role) {
    case 'system':
    case 'developer':
      if (message.role === 'developer') translation.change('renamed', 'messages.developer')
      return compact({ role: 'system', content: writeParts(message.content, translation), name: message.name, ...extras })
    case 'user':
      return compact({ role: 'user', content: writeParts(message.content, translation), name: message.name, ...extras })
    case 'assistant':
      return compact({ role: 'assistant', name: message.name, ...writeSaid(message.content, isOld, translation), ...extras })
    case 'tool': {
      if (message.isError !== undefined) translation.drop('is_error')
      const content = writeParts(message.content, translation)
      return compact({ role: 'tool', tool_call_id: message.toolCallId, name: names.get(message.toolCallId), content, ...extras })
    }
  }
}

function callNames(messages: readonly Message[]): ReadonlyMap<string, string> {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? message.content : []))
  return new Map(calls.flatMap((part) => (part.type === 'tool-call' ? [[part.id, part.name] as const] : [])))
}

/** Content is never null: the schema in front of the models refuses that. */
function writeSaid(parts: readonly AssistantPart[], isOld: boolean, translation: Translation): JsonObject {
  const calls = parts.flatMap((part) => (part.type === 'tool-call' ? [writeToolCall(part, translation)] : []))
  const reasoning = parts.map((part) => writeThought(part, translation)).join('')
  if (isOld && reasoning !== '') translation.drop('reasoning')
  return compact({
    content: writeParts(
      parts.flatMap((part) => toShown(part, translation)),
      translation,
    ),
    reasoning_content: isOld || reasoning === '' ? undefined : reasoning,
    tool_calls: calls.length === 0 ? undefined : calls,
  })
}

function toShown(part: AssistantPart, translation: Translation): readonly UserPart[] {
  switch (part.type) {
    case 'text':
    case 'opaque':
      return [part]
    case 'refusal':
      translation.change('emulated', 'refusal')
      return [{ type: 'text', text: part.text }]
    case 'reasoning':
    case 'tool-call':
      return []
  }
}

function writeThought(part: AssistantPart, translation: Translation): string {
  if (part.type !== 'reasoning') return ''
  translation.ownExtras(part.extras)
  if (part.signature !== undefined) translation.drop('signature')
  if (part.encrypted !== undefined) translation.drop('encrypted_reasoning')
  return part.text
}
