import type { AssistantPart, JsonObject, Message, TextPart, UserPart } from '@gateway/core'
import { compact } from '../compact.ts'
import { stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { writeToolCall } from './tool-calls.ts'

export function writeMessages(messages: readonly Message[], translation: Translation): readonly JsonObject[] {
  const names = callNames(messages)
  return messages.map((message) => writeMessage(message, names, translation))
}

/** The fields of an assistant's message but for its role. */
export function writeSaid(parts: readonly AssistantPart[], translation: Translation): JsonObject {
  const calls = parts.flatMap((part) => (part.type === 'tool-call' ? [writeToolCall(part, translation)] : []))
  const thinking = parts.map((part) => writeThought(part, translation)).join('')
  return compact({
    content: parts.map((part) => writeAnswer(part, translation)).join(''),
    thinking: thinking === '' ? undefined : thinking,
    tool_calls: calls.length === 0 ? undefined : calls,
  })
}

function writeMessage(message: Message, names: ReadonlyMap<string, string>, translation: Translation): JsonObject {
  if ('name' in message && message.name !== undefined) translation.drop('name')
  const extras = translation.ownExtras(message.extras)
  switch (message.role) {
    case 'system':
    case 'developer':
      if (message.role === 'developer') translation.change('renamed', 'messages.developer')
      return { role: 'system', ...writeShown(message.content, translation), ...extras }
    case 'user':
      return { role: 'user', ...writeShown(message.content, translation), ...extras }
    case 'assistant':
      return { role: 'assistant', ...writeSaid(message.content, translation), ...extras }
    case 'tool': {
      if (message.isError !== undefined) translation.drop('is_error')
      const call = compact({ tool_name: names.get(message.toolCallId), tool_call_id: message.toolCallId })
      return { role: 'tool', ...writeShown(message.content, translation), ...call, ...extras }
    }
  }
}

/** Which function each call is for: a result is known by that name. */
function callNames(messages: readonly Message[]): ReadonlyMap<string, string> {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? message.content : []))
  return new Map(calls.flatMap((part) => (part.type === 'tool-call' ? [[part.id, part.name] as const] : [])))
}

/** One text and the images that go with it: several texts stand on lines of their own. */
function writeShown(parts: readonly UserPart[], translation: Translation): JsonObject {
  const texts = parts.filter((part): part is TextPart => part.type === 'text')
  for (const text of texts) translation.ownExtras(text.extras)
  const images = parts.flatMap((part) => writeImage(part, translation))
  return { content: texts.map((part) => part.text).join('\n'), ...(images.length > 0 && { images }) }
}

/** Zero or one image. The server takes bytes alone, and finds out for itself what they are. */
function writeImage(part: UserPart, translation: Translation): readonly string[] {
  if (part.type === 'text') return []
  if (part.type === 'opaque') {
    translation.drop(stringOf(part.value.type) ?? part.protocol)
    return []
  }
  translation.ownExtras(part.extras)
  if (part.kind !== 'image' || part.source.from !== 'base64') {
    translation.drop(part.kind)
    return []
  }
  if (part.detail !== undefined && part.detail !== 'auto') translation.drop('detail')
  return [part.source.data]
}

function writeAnswer(part: AssistantPart, translation: Translation): string {
  switch (part.type) {
    case 'text':
      translation.ownExtras(part.extras)
      return part.text
    case 'refusal':
      translation.change('emulated', 'refusal')
      return part.text
    case 'opaque':
      translation.drop(stringOf(part.value.type) ?? part.protocol)
      return ''
    case 'reasoning':
    case 'tool-call':
      return ''
  }
}

function writeThought(part: AssistantPart, translation: Translation): string {
  if (part.type !== 'reasoning') return ''
  translation.ownExtras(part.extras)
  if (part.signature !== undefined) translation.drop('signature')
  if (part.encrypted !== undefined) translation.drop('encrypted_reasoning')
  return part.text
}
