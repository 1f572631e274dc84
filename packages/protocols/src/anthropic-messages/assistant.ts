import type { AssistantPart, JsonObject, ReasoningPart } from '@gateway/core'
import { compact } from '../compact.ts'
import { restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import type { Block } from './blocks.ts'
import { ownExtras, readOpaque, readText, requiredString, writeOpaque, writeText } from './blocks.ts'
import { readToolCall, writeToolCall } from './tool-calls.ts'

/** One block of an assistant's turn, in a request or an answer. Server tools, their results and what is new are opaque. */
export function readAssistantBlock(block: Block): AssistantPart {
  switch (block.type) {
    case 'text':
      return readText(block)
    case 'thinking':
      return readThinking(block)
    case 'redacted_thinking': {
      const extras = ownExtras(restOf(block.fields, REDACTED_FIELDS))
      return compact({ type: 'reasoning', text: '', encrypted: requiredString(block, 'data'), extras })
    }
    case 'tool_use':
      return readToolCall(block)
    default:
      return readOpaque(block)
  }
}

/** The blocks of an assistant's turn in a request. The vendor rejects thoughts that it has not signed: they are dropped. */
export function writeAssistant(parts: readonly AssistantPart[], translation: Translation): readonly JsonObject[] {
  return parts.flatMap((part) => {
    switch (part.type) {
      case 'text':
        return writeText(part, translation)
      case 'refusal':
        translation.change('emulated', 'refusal')
        return writeText({ type: 'text', text: part.text }, translation)
      case 'reasoning':
        if (part.text !== '' && part.signature === undefined) translation.drop('reasoning')
        return writeReasoning(part.signature === undefined ? { ...part, text: '' } : part, translation)
      case 'tool-call':
        if (part.signature !== undefined) translation.drop('signature')
        return [writeToolCall(part, translation)]
      case 'opaque':
        return writeOpaque(part, translation)
    }
  })
}

/** The blocks of an answer: as in a request, with what a client is to bring back though the vendor knows nothing of it. */
export function writeAnswer(parts: readonly AssistantPart[], translation: Translation): readonly JsonObject[] {
  return parts.flatMap((part) => {
    switch (part.type) {
      case 'text':
        return writeText(part, translation)
      case 'refusal':
        return writeText({ type: 'text', text: part.text }, translation)
      case 'reasoning':
        return writeReasoning(part, translation)
      case 'tool-call':
        return [{ ...writeToolCall(part, translation), ...(part.signature !== undefined && { signature: part.signature }) }]
      case 'opaque':
        return writeOpaque(part, translation)
    }
  })
}

const THINKING_FIELDS: ReadonlySet<string> = new Set(['type', 'thinking', 'signature'])
const REDACTED_FIELDS: ReadonlySet<string> = new Set(['type', 'data'])

/** Some servers that speak this protocol do not sign. */
function readThinking(block: Block): ReasoningPart {
  return compact({
    type: 'reasoning',
    text: requiredString(block, 'thinking'),
    signature: stringOf(block.fields.signature) || undefined,
    extras: ownExtras(restOf(block.fields, THINKING_FIELDS)),
  })
}

/** A thought is one block, what is encrypted another. */
function writeReasoning(part: ReasoningPart, translation: Translation): readonly JsonObject[] {
  const extras = translation.ownExtras(part.extras)
  const isThought = part.text !== '' || part.signature !== undefined
  const thought = { type: 'thinking', thinking: part.text, signature: part.signature ?? '', ...extras }
  const redacted = { type: 'redacted_thinking', data: part.encrypted, ...(isThought ? {} : extras) }
  return [...(isThought ? [thought] : []), ...(part.encrypted === undefined ? [] : [redacted])]
}
