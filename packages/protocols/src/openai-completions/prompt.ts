import { GatewayError } from '@gateway/core'
import type { AssistantPart, Json, JsonObject, Message, UserPart } from '@gateway/core'
import { isJsonArray, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'

/**
 * A prompt as a conversation: one text, which a chat model can answer. Several prompts, tokens of one model's own alphabet and
 * a text to be filled in the middle mean nothing to it. Throws `GatewayError('invalid-request')` for these.
 */
export function readPrompt(body: JsonObject): readonly Message[] {
  const text = onlyText(body.prompt)
  if (text === undefined) throw unsayable('prompt', 'anything but one text')
  if ((stringOf(body.suffix) ?? '') !== '') throw unsayable('suffix', 'a text that ends before another')
  return [{ role: 'user', content: text === '' ? [] : [{ type: 'text', text }] }]
}

/** A conversation as a prompt: the user's only text as it is, anything longer as a transcript that the model goes on with. */
export function writePrompt(messages: readonly Message[], translation: Translation): string {
  const [only, ...others] = messages
  if (only?.role === 'user' && others.length === 0 && only.name === undefined) return textOf(only.content, translation)
  translation.change('emulated', 'messages')
  const lines = messages.map((message) => `${SPEAKERS[message.role]}: ${textOf(message.content, translation)}`)
  return [...lines, `${SPEAKERS.assistant}:`].join('\n\n')
}

/** How many texts are asked for at once. */
export function promptCount(prompt: Json | undefined): number {
  if (!isJsonArray(prompt) || prompt.length === 0 || typeof prompt[0] === 'number') return 1
  return prompt.length
}

const SPEAKERS = {
  system: 'System',
  developer: 'System',
  user: 'User',
  assistant: 'Assistant',
  tool: 'Tool',
} as const satisfies Record<Message['role'], string>

function onlyText(prompt: Json | undefined): string | undefined {
  if (!isJsonArray(prompt)) return stringOf(prompt)
  return prompt.length === 1 ? stringOf(prompt[0]) : undefined
}

function unsayable(field: string, what: string): GatewayError {
  const message = `${field}: only a server of text completions takes ${what}, and none serves this model`
  return new GatewayError('invalid-request', message, { param: field })
}

function textOf(parts: readonly (UserPart | AssistantPart)[], translation: Translation): string {
  return parts.map((part) => partText(part, translation)).join('')
}

function partText(part: UserPart | AssistantPart, translation: Translation): string {
  switch (part.type) {
    case 'text':
      translation.ownExtras(part.extras)
      return part.text
    case 'refusal':
      return part.text
    case 'media':
      translation.drop(part.kind)
      return ''
    case 'reasoning':
      translation.drop('reasoning')
      return ''
    case 'tool-call':
      translation.drop('tool_calls')
      return ''
    case 'opaque':
      translation.drop(stringOf(part.value.type) ?? part.protocol)
      return ''
  }
}
