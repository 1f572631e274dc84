import type { AssistantPart, JsonObject, ReasoningPart } from '@gateway/core'
import { compact } from '../compact.ts'
import { restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import type { Block } from './blocks.ts'
import { ownExtras, readOpaque, readText, requiredString, writeOpaque, writeText } from './blocks.ts'
import { readSealedThought, writeSealedThought } from './sealed-thought.ts'
import { readToolCall, writeToolCall } from './tool-calls.ts'

/** One block of an assistant's turn, in a request or an answer. Server tools, their results and what is new are opaque. */
export function readAssistantBlock(block: Block): AssistantPart {
  switch (block.type) {
    case 'text':
      return readText(block)
    case 'thinking':
      return readThinking(block)
    case 'redacted_thinking':
      return readRedacted(block)
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
        return writeReasoning(claudesOwn(part, translation), translation)
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
        translation.change('emulated', 'refusal')
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
  const text = requiredString(block, 'thinking')
  const signature = stringOf(block.fields.signature) || undefined
  const sealed = signature === undefined ? null : readSealedThought(signature)
  const extras = ownExtras(restOf(block.fields, THINKING_FIELDS))
  return compact({ type: 'reasoning', text, ...(sealed ?? { signature }), extras })
}

function readRedacted(block: Block): ReasoningPart {
  const encrypted = requiredString(block, 'data')
  const extras = ownExtras(restOf(block.fields, REDACTED_FIELDS))
  return compact({ type: 'reasoning', text: '', ...(readSealedThought(encrypted) ?? { encrypted }), extras })
}

/** What Claude can read of a thought: what it has signed, and what it has encrypted without an id. The rest is reported as dropped. */
function claudesOwn(part: ReasoningPart, translation: Translation): ReasoningPart {
  const { text, signature, encrypted, id, ...rest } = part
  if (text !== '' && signature === undefined) translation.drop('reasoning')
  if (encrypted !== undefined && id !== undefined) translation.drop('encrypted_reasoning')
  const own = { signature, encrypted: id === undefined ? encrypted : undefined }
  return compact({ ...rest, ...own, text: signature === undefined ? '' : text })
}

/** A thought is one block, what is encrypted another. */
function writeReasoning(part: ReasoningPart, translation: Translation): readonly JsonObject[] {
  const { signature, data } = sealsOf(part)
  const extras = translation.ownExtras(part.extras)
  const isThought = part.text !== '' || signature !== undefined
  return [
    ...(isThought ? [{ type: 'thinking', thinking: part.text, signature: signature ?? '', ...extras }] : []),
    ...(data === undefined ? [] : [{ type: 'redacted_thinking', data, ...(isThought ? {} : extras) }]),
  ]
}

/** What is encrypted under an id belongs to the words beside it: that is one thought, which others would take apart. */
function sealsOf({ text, signature, encrypted, id }: ReasoningPart): Partial<Record<'signature' | 'data', string | undefined>> {
  if (encrypted === undefined || id === undefined) return { signature, data: encrypted }
  const sealed = writeSealedThought({ id, encrypted })
  return text !== '' && signature === undefined ? { signature: sealed } : { signature, data: sealed }
}
