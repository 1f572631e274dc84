import type { Json, JsonObject, Message, ToolResultPart, UserPart } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { arrayOf, isJsonArray, objectOf, objectsOf, restOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { readAssistantBlock, writeAssistant } from './assistant.ts'
import { ownExtras, plainText, readBlocks, readOpaque, readText, readTexts, requiredString, writeOpaque, writeText } from './blocks.ts'
import type { Block } from './blocks.ts'
import { claudeAbilities } from './claude-version.ts'
import { readMedia, writeMedia } from './media.ts'
import { writeCallId } from './tool-calls.ts'

/**
 * The conversation, its system prompt first. Each tool result of a user's turn becomes a message of its own. `messages` has
 * been checked to be an array of objects with a role.
 */
export function readMessages(body: JsonObject): readonly Message[] {
  const system = body.system == null ? [] : readTexts(body.system, 'system')
  const turns = objectsOf(body.messages).flatMap((message, index) => readMessage(message, `messages[${index}]`))
  return [...(system.length === 0 ? [] : [{ role: 'system', content: system } as const]), ...turns]
}

/**
 * `system` and `messages`. What comes before the first turn is the system prompt; a later system message stays in its place
 * where the model allows that, and is folded into the prompt otherwise. Results of tools that follow each other, and what the
 * user says behind them, are one turn, as the vendor wants it.
 */
export function writeMessages(messages: readonly Message[], model: string, translation: Translation): JsonObject {
  const turns: Turn[] = []
  const system: JsonObject[] = []
  const takesSystemTurns = claudeAbilities(model).takesSystemTurns
  for (const message of messages) {
    const turn = writeTurn(message, translation)
    const last = turns.at(-1)
    if (turn.role !== 'system' || (last?.role === 'user' && takesSystemTurns)) {
      addTurn(turns, turn, translation)
      continue
    }
    if (last !== undefined) translation.change('emulated', 'messages.system')
    system.push(...turn.content)
  }
  return {
    ...(system.length > 0 && { system: plainText(system) }),
    messages: turns.map(({ role, content, extras }) => ({ role, content: plainText(content), ...extras })),
  }
}

/** One message on the wire, as it grows. */
interface Turn {
  readonly role: 'user' | 'assistant' | 'system'
  readonly content: JsonObject[]
  readonly extras: JsonObject
  /** True where there is nothing but results of tools so far. */
  isResults: boolean
}

const MESSAGE_FIELDS: ReadonlySet<string> = new Set(['role', 'content'])
const RESULT_FIELDS: ReadonlySet<string> = new Set(['type', 'tool_use_id', 'content', 'is_error'])

function readMessage(message: JsonObject, path: string): readonly Message[] {
  const extras = ownExtras(restOf(message, MESSAGE_FIELDS))
  switch (message.role) {
    case 'user':
      return readUserTurn(message, path)
    case 'assistant':
      return [compact({ role: 'assistant', content: readBlocks(message.content, `${path}.content`).map(readAssistantBlock), extras })]
    case 'system':
      return [compact({ role: 'system', content: readTexts(message.content, `${path}.content`), extras })]
    default:
      throw invalidField(`${path}.role`, 'one of user, assistant, system', message.role)
  }
}

/** What the message says beside its content belongs to the last part that it is split into. */
function readUserTurn(message: JsonObject, path: string): readonly Message[] {
  const rest = restOf(message, MESSAGE_FIELDS)
  const read: Message[] = []
  let content: UserPart[] = []
  for (const block of readBlocks(message.content, `${path}.content`)) {
    if (block.type !== 'tool_result') {
      content.push(readUserBlock(block))
      continue
    }
    if (content.length > 0) read.push({ role: 'user', content })
    content = []
    read.push(readToolResult(block))
  }
  if (content.length > 0 || read.length === 0) return [...read, compact({ role: 'user', content, extras: ownExtras(rest) })]
  return rest === undefined ? read : [...read.slice(0, -1), ...read.slice(-1).map((last) => withMessageRest(last, rest))]
}

function withMessageRest(message: Message, rest: JsonObject): Message {
  const [own] = Object.values(message.extras ?? {})
  return { ...message, extras: { ...ownExtras({ ...objectOf(own), message: rest }) } }
}

function readUserBlock(block: Block): UserPart {
  return block.type === 'text' ? readText(block) : (readMedia(block) ?? readOpaque(block))
}

function readToolResult(block: Block): Message {
  const { content, is_error: isError } = block.fields
  if (isError != null && typeof isError !== 'boolean') throw invalidField(`${block.path}.is_error`, 'a boolean', isError)
  return compact({
    role: 'tool',
    toolCallId: requiredString(block, 'tool_use_id'),
    content: content == null ? [] : readBlocks(content, `${block.path}.content`).map(readUserBlock),
    isError: isError ?? undefined,
    extras: ownExtras(restOf(block.fields, RESULT_FIELDS)),
  })
}

function writeTurn(message: Message, translation: Translation): Turn {
  const extras = translation.ownExtras(message.extras)
  if (message.role === 'tool') {
    const { message: messageRest, ...rest } = extras
    return { role: 'user', content: [writeToolResult(message, rest, translation)], extras: objectOf(messageRest), isResults: true }
  }
  if (message.name !== undefined) translation.drop('name')
  if (message.role === 'assistant') {
    return { role: 'assistant', content: [...writeAssistant(message.content, translation)], extras, isResults: false }
  }
  if (message.role === 'developer') translation.change('renamed', 'messages.developer')
  return {
    role: message.role === 'user' ? 'user' : 'system',
    content: writeUserParts(message.content, translation),
    extras,
    isResults: false,
  }
}

/** The vendor rejects an empty message. */
function addTurn(turns: Turn[], turn: Turn, translation: Translation): void {
  const last = turns.at(-1)
  if (turn.content.length === 0) translation.drop('messages')
  else if (last?.isResults === true && turn.role === 'user' && isBare(last) && isBare(turn)) {
    last.content.push(...turn.content)
    last.isResults = turn.isResults
  } else turns.push(turn)
}

function isBare(turn: Turn): boolean {
  return Object.keys(turn.extras).length === 0
}

function writeToolResult(message: Extract<Message, { role: 'tool' }>, rest: JsonObject, translation: Translation): JsonObject {
  const content: Json = plainText(writeUserParts(message.content, translation))
  return compact({
    type: 'tool_result',
    tool_use_id: writeCallId(message.toolCallId, translation),
    content: isJsonArray(content) && arrayOf(content).length === 0 ? undefined : content,
    is_error: message.isError,
    ...rest,
  })
}

function writeUserParts(parts: readonly (UserPart | ToolResultPart)[], translation: Translation): JsonObject[] {
  return parts.flatMap((part) => {
    switch (part.type) {
      case 'text':
        return writeText(part, translation)
      case 'media':
        return writeMedia(part, translation)
      case 'opaque':
        return writeOpaque(part, translation)
    }
  })
}
