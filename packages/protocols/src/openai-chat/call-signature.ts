import type { AssistantPart, JsonObject, Message } from '@gateway/core'
import { objectOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'

/**
 * A signature that Google puts under a call, in the place that Google gives it for clients of this protocol.
 * Source: https://ai.google.dev/gemini-api/docs/thought-signatures#openai
 */
export function readCallSignature(call: JsonObject): string | undefined {
  return stringOf(googleFields(call).thought_signature)
}

export function writeCallSignature(signature: string | undefined): JsonObject {
  return signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } }
}

/** The message as a vendor takes it: nobody but Google knows signatures of calls, and OpenAI rejects what it does not know. */
export function withoutForeignSignatures(message: Message, model: string, translation: Translation): Message {
  if (message.role !== 'assistant' || /gemini/i.test(model) || !message.content.some(isSigned)) return message
  translation.drop('signature')
  return { ...message, content: message.content.map(withoutSignature) }
}

function isSigned(part: AssistantPart): boolean {
  return part.type === 'tool-call' && part.signature !== undefined
}

function withoutSignature(part: AssistantPart): AssistantPart {
  if (part.type !== 'tool-call') return part
  const { signature: _, ...call } = part
  return call
}

/** Whether `extra_content` says nothing but a signature. */
export function isSignatureAlone(call: JsonObject): boolean {
  const others = Object.keys(objectOf(call.extra_content)).length - 1
  return readCallSignature(call) !== undefined && others === 0 && Object.keys(googleFields(call)).length === 1
}

function googleFields(call: JsonObject): JsonObject {
  return objectOf(objectOf(call.extra_content).google)
}
