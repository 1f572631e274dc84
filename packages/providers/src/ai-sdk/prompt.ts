import { isJsonObject } from '@gateway/core'
import type { AssistantPart, JsonObject, MediaPart, Message, TextPart, ToolResultPart, UserPart } from '@gateway/core'
import type { Losses } from './losses.ts'
import { fromSignature } from './provider-metadata.ts'

export interface PromptContext {
  readonly version: string
  readonly losses: Losses
}

/** The conversation as the AI SDK has it. A tool's result names its tool, which is looked up by the call's id. */
export function writePrompt(messages: readonly Message[], context: PromptContext): readonly JsonObject[] {
  const toolNames = new Map<string, string>()
  return messages.map((message) => {
    context.losses.dropExtras(message.extras)
    if ('name' in message && message.name !== undefined) context.losses.drop('name')
    for (const part of message.content) if (part.type === 'tool-call') toolNames.set(part.id, part.name)
    return writeMessage(message, context, toolNames)
  })
}

function writeMessage(message: Message, context: PromptContext, toolNames: ReadonlyMap<string, string>): JsonObject {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: textOf(message.content) }
    case 'user':
      return { role: 'user', content: message.content.flatMap((part) => writeUserPart(part, context)) }
    case 'assistant':
      return { role: 'assistant', content: message.content.flatMap((part) => writeAssistantPart(part, context)) }
    case 'tool': {
      const { toolCallId } = message
      const toolName = toolNames.get(toolCallId) ?? 'unknown'
      const output = writeOutput(message.content, message.isError ?? false, context)
      return { role: 'tool', content: [{ type: 'tool-result', toolCallId, toolName, output }] }
    }
  }
}

function textOf(parts: readonly TextPart[]): string {
  return parts.map((part) => part.text).join('\n')
}

function writeUserPart(part: UserPart, context: PromptContext): readonly JsonObject[] {
  if (part.type === 'text') return writeText(part, context)
  return part.type === 'media' ? writeFile(part, context) : dropOpaque(part.value, context)
}

function writeText({ text, extras }: TextPart, { losses }: PromptContext): readonly JsonObject[] {
  losses.dropExtras(extras)
  return [{ type: 'text', text }]
}

function dropOpaque(value: JsonObject, { losses }: PromptContext): readonly JsonObject[] {
  losses.drop(typeof value['type'] === 'string' ? value['type'] : 'content')
  return []
}

/** From v4 on the data says what it is; before, a text is base64 and an address is a URL object, which the transport makes of it. */
function writeFile(part: MediaPart, { version, losses }: PromptContext): readonly JsonObject[] {
  const { source, kind, filename, detail } = part
  losses.dropExtras(part.extras)
  if (detail !== undefined && detail !== 'auto') losses.drop('detail')
  if (source.from === 'id') {
    losses.drop('file_id')
    return []
  }
  const tagged = source.from === 'url' ? { type: 'url', url: source.url } : { type: 'data', data: source.data }
  const data = isTagged(version) || source.from === 'url' ? tagged : source.data
  const mediaType = part.mediaType ?? (kind === 'file' ? 'application/pdf' : `${kind}/*`)
  return [{ type: 'file', mediaType, data, ...(filename === undefined ? {} : { filename }) }]
}

function isTagged(version: string): boolean {
  return version !== 'v2' && version !== 'v3'
}

function writeAssistantPart(part: AssistantPart, context: PromptContext): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
      return writeText(part, context)
    case 'refusal':
      return [{ type: 'text', text: part.text }]
    case 'reasoning':
      if (part.encrypted !== undefined) context.losses.drop('encrypted_reasoning')
      return [{ type: 'reasoning', text: part.text, ...signed(part.signature, context) }]
    case 'tool-call': {
      const { id: toolCallId, name: toolName } = part
      context.losses.dropExtras(part.extras)
      return [{ type: 'tool-call', toolCallId, toolName, input: parseInput(part.arguments), ...signed(part.signature, context) }]
    }
    case 'opaque':
      return dropOpaque(part.value, context)
  }
}

function signed(signature: string | undefined, { losses }: PromptContext): JsonObject {
  if (signature === undefined) return {}
  const providerOptions = fromSignature(signature)
  if (providerOptions) return { providerOptions }
  losses.drop('signature')
  return {}
}

/** What a `custom` tool was given, and what a model wrote wrongly, is a text. */
function parseInput(text: string): JsonObject | string {
  try {
    const input: unknown = JSON.parse(text === '' ? '{}' : text)
    return isJsonObject(input) ? input : text
  } catch {
    return text
  }
}

function writeOutput(parts: readonly ToolResultPart[], isError: boolean, context: PromptContext): JsonObject {
  const texts = parts.filter((part) => part.type === 'text')
  if (texts.length === parts.length) return { type: isError ? 'error-text' : 'text', value: textOf(texts) }
  if (isError) context.losses.drop('is_error')
  return { type: 'content', value: parts.flatMap((part) => writeOutputPart(part, context)) }
}

function writeOutputPart(part: ToolResultPart, context: PromptContext): readonly JsonObject[] {
  const [written] = writeUserPart(part, context)
  if (written === undefined || part.type !== 'media' || isTagged(context.version)) return written ? [written] : []
  const { mediaType = '' } = written
  if (part.source.from === 'base64') {
    const type = part.kind === 'image' ? 'image-data' : 'file-data'
    return [{ type: context.version === 'v2' ? 'media' : type, data: part.source.data, mediaType }]
  }
  if (context.version === 'v3' && part.source.from === 'url')
    return [{ type: part.kind === 'image' ? 'image-url' : 'file-url', url: part.source.url }]
  context.losses.drop(part.kind)
  return []
}
