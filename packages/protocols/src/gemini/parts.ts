import type { AssistantPart, JsonObject, OpaquePart, ReasoningPart, TextPart, UserPart } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { restOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { ownExtras } from './extras.ts'
import { readFunctionCall, writeFunctionCall } from './function-call.ts'
import type { NameCall } from './function-call.ts'
import { readMedia, writeMedia } from './media.ts'
import { readSeal, writeSeal } from './sealed-thought.ts'
import { dataOf } from './wire-part.ts'
import type { WirePart } from './wire-part.ts'
import { PROTOCOL } from './wire.ts'

export function readUserPart(part: WirePart): UserPart {
  const data = dataOf(part)
  if (data === 'inlineData' || data === 'fileData') return readMedia(part.fields, data, part.path)
  if (data === 'text' && part.fields.thought !== true) return readText(part)
  return { type: 'opaque', protocol: PROTOCOL, value: part.raw }
}

export function readAssistantPart(part: WirePart, nameCall: NameCall): AssistantPart {
  const data = dataOf(part)
  if (data === 'functionCall') return readFunctionCall(part, nameCall)
  if (data !== 'text') return { type: 'opaque', protocol: PROTOCOL, value: part.raw }
  return part.fields.thought === true ? readThought(part) : readText(part)
}

export function readText({ fields, path }: WirePart): TextPart {
  if (typeof fields.text !== 'string') throw invalidField(`${path}.text`, 'a string', fields.text)
  // A signature belongs to the part that it came with, so it rides along as the part's own.
  return compact({ type: 'text', text: fields.text, extras: ownExtras(restOf(fields, TEXT_FIELDS)) })
}

function readThought(part: WirePart): ReasoningPart {
  const { thoughtSignature } = part.fields
  const seal = typeof thoughtSignature === 'string' ? readSeal(thoughtSignature) : null
  if (seal === null) return { ...readText(part), type: 'reasoning' }
  const { thoughtSignature: _, ...fields } = part.fields
  return { ...readText({ ...part, fields }), type: 'reasoning', ...seal }
}

/** Zero or one part. */
export function writeUserPart(part: UserPart, translation: Translation): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
      return [{ text: part.text, ...translation.ownExtras(part.extras) }]
    case 'media':
      return writeMedia(part, translation)
    case 'opaque':
      return writeOpaque(part, translation)
  }
}

/** As `writeAssistantPart`, for a client, who keeps the signatures of other model families for us. */
export function writeAnswerPart(part: AssistantPart, translation: Translation): readonly JsonObject[] {
  const thoughtSignature = part.type === 'reasoning' ? writeSeal(part) : undefined
  if (part.type !== 'reasoning' || thoughtSignature === undefined) return writeAssistantPart(part, translation)
  return [{ text: part.text, thought: true, thoughtSignature, ...translation.ownExtras(part.extras) }]
}

/** Zero or one part. Signatures of other model families are reported as dropped, since Google rejects what it did not sign. */
export function writeAssistantPart(part: AssistantPart, translation: Translation): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
      return [{ text: part.text, ...translation.ownExtras(part.extras) }]
    case 'refusal':
      translation.change('emulated', 'refusal')
      return [{ text: part.text }]
    case 'reasoning': {
      if (part.signature !== undefined) translation.drop('signature')
      if (part.encrypted !== undefined) translation.drop('encrypted_reasoning')
      const extras = translation.ownExtras(part.extras)
      const isForeign = part.signature !== undefined || part.encrypted !== undefined
      return isForeign && part.text === '' ? [] : [{ text: part.text, thought: true, ...extras }]
    }
    case 'tool-call':
      return [writeFunctionCall(part, translation)]
    case 'opaque':
      return writeOpaque(part, translation)
  }
}

const TEXT_FIELDS: ReadonlySet<string> = new Set(['text', 'thought'])

function writeOpaque(part: OpaquePart, translation: Translation): readonly JsonObject[] {
  if (part.protocol === PROTOCOL) return [part.value]
  const { type } = part.value
  translation.drop(typeof type === 'string' ? type : part.protocol)
  return []
}
