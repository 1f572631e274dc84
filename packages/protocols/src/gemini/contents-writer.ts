import type { AssistantPart, JsonObject, Message } from '@gateway/core'
import { objectOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { UNSIGNED_CALL } from './function-call.ts'
import { writeFunctionResponse } from './function-response.ts'
import type { ToolMessage } from './function-response.ts'
import { writeAssistantPart, writeUserPart } from './parts.ts'

export interface WrittenContents {
  readonly contents: readonly JsonObject[]
  readonly systemInstruction?: JsonObject
}

/** Messages as Google has them: the system beside the conversation, all answers of one turn's calls in one content. */
export function writeContents(messages: readonly Message[], model: string, translation: Translation): WrittenContents {
  const turns = createTurns(model, translation)
  const system: JsonObject[] = []
  let hasSystem = false
  let isUnderWay = false
  for (const message of messages) {
    if ('name' in message && message.name !== undefined) translation.drop('name')
    if (isSpoken(message)) {
      isUnderWay = true
      turns.add(message)
      continue
    }
    hasSystem = true
    if (message.role === 'developer') translation.change('renamed', 'messages.developer')
    if (isUnderWay) translation.change('emulated', 'messages.system')
    translation.ownExtras(message.extras)
    system.push(...message.content.flatMap((part) => writeUserPart(part, translation)))
  }
  const contents = turns.contents()
  if (!hasSystem) return { contents }
  if (contents.length > 0) return { contents, systemInstruction: { parts: system } }
  // Google wants a conversation.
  translation.change('emulated', 'messages.system')
  return { contents: [{ role: 'user', parts: system }] }
}

type Spoken = Exclude<Message, { role: 'system' | 'developer' }>

interface Turn {
  readonly role: 'user' | 'model'
  readonly parts: JsonObject[]
  /** What stands behind all parts. */
  readonly following: JsonObject[]
  readonly fields: JsonObject
}

interface Turns {
  add(message: Spoken): void
  contents(): readonly JsonObject[]
}

function createTurns(model: string, translation: Translation): Turns {
  const turns: Turn[] = []
  const names = new Map<string, string>()

  function open(role: Turn['role'], parts: readonly JsonObject[], fields: JsonObject): void {
    turns.push({ role, parts: [...parts], following: [], fields })
  }

  function addAnswer(message: ToolMessage): void {
    const { part, following } = writeFunctionResponse(message, { model, names, translation })
    const { content, ...partFields } = part
    const last = turns.at(-1)
    if (last?.role !== 'user') open('user', [], objectOf(content))
    turns.at(-1)?.parts.push(partFields)
    turns.at(-1)?.following.push(...following)
  }

  function addAssistant(message: Extract<Message, { role: 'assistant' }>): void {
    for (const part of message.content) if (part.type === 'tool-call') names.set(part.id, part.name)
    const signed = withSignature(message.content, model, translation)
    const parts = signed.flatMap((part) => writeAssistantPart(part, translation))
    open('model', parts, objectOf(translation.ownExtras(message.extras).content))
  }

  return {
    add(message) {
      if (message.role === 'tool') return addAnswer(message)
      if (message.role === 'assistant') return addAssistant(message)
      const parts = message.content.flatMap((part) => writeUserPart(part, translation))
      return open('user', parts, objectOf(translation.ownExtras(message.extras).content))
    },
    contents: () => turns.map(({ role, parts, following, fields }) => ({ role, parts: [...parts, ...following], ...fields })),
  }
}

function isSpoken(message: Message): message is Spoken {
  return message.role !== 'system' && message.role !== 'developer'
}

/** Models from Gemini 3 on answer 400 to calls of a turn that nobody has signed. */
const WANTS_SIGNATURE = /gemini-(?:[3-9]|\d{2})/

function withSignature(parts: readonly AssistantPart[], model: string, translation: Translation): readonly AssistantPart[] {
  const isSigned = parts.some((part) => part.type === 'tool-call' && part.signature !== undefined)
  const first = parts.findIndex((part) => part.type === 'tool-call')
  if (first === -1 || isSigned || !WANTS_SIGNATURE.test(model)) return parts
  translation.change('emulated', 'thoughtSignature')
  return parts.map((part, index) => (index === first ? { ...part, signature: UNSIGNED_CALL } : part))
}
