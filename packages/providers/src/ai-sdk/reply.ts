import { endpointFailure, isJsonObject, ReplyError, type AssistantPart, type ChatReply, type Json, type JsonObject } from '@gateway/core'
import { toSignature } from './provider-metadata.ts'
import { stringOf } from './string-of.ts'
import { readFinishReason, readUsage } from './usage.ts'

/** What `doGenerate` gave. Throws `ReplyError` where the model says that it failed, or nothing at all. */
export function readReply(body: JsonObject): ChatReply {
  const reason = readFinishReason(body['finishReason'])
  if (reason === 'error') throw new ReplyError(endpointFailure('error-in-reply', 'The model stopped because of an error.'))
  const content = Array.isArray(body['content']) ? body['content'].filter(isJsonObject).flatMap(readPart) : []
  if (content.length === 0 && reason === 'unsaid') throw new ReplyError(endpointFailure('empty-reply', 'The model said nothing.'))
  const usage = readUsage(body['usage'])
  const choices = [{ index: 0, content, finishReason: reason === 'unsaid' ? 'other' : reason }] as const
  return { ...readResponse(body['response'], body['model']), choices, usage }
}

/** Who answered, and when; made up where nobody says. */
export function readResponse(response: Json | undefined, model: Json | undefined): Pick<ChatReply, 'id' | 'model' | 'created'> {
  const { id, modelId, timestamp } = isJsonObject(response) ? response : {}
  const createdMs = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN
  return {
    id: typeof id === 'string' && id !== '' ? id : `ai-sdk-${crypto.randomUUID()}`,
    model: typeof modelId === 'string' && modelId !== '' ? modelId : stringOf(model),
    ...(Number.isNaN(createdMs) ? {} : { created: Math.floor(createdMs / 1_000) }),
  }
}

/** Tools that the vendor runs itself, sources and files are not the client's to answer, and have no word. */
function readPart(part: JsonObject): readonly AssistantPart[] {
  const signature = toSignature(part['providerMetadata'])
  const signed = signature === undefined ? {} : { signature }
  switch (part['type']) {
    case 'text':
      return part['text'] === '' ? [] : [{ type: 'text', text: stringOf(part['text']) }]
    case 'reasoning':
      return [{ type: 'reasoning', text: stringOf(part['text']), ...signed }]
    case 'tool-call':
      if (part['providerExecuted'] === true) return []
      return [
        {
          type: 'tool-call',
          id: stringOf(part['toolCallId']),
          name: stringOf(part['toolName']),
          arguments: readInput(part['input']),
          ...signed,
        },
      ]
    default:
      return []
  }
}

/** A call without arguments may come as an empty text. */
export function readInput(input: Json | undefined): string {
  if (typeof input !== 'string') return JSON.stringify(input ?? {})
  return input === '' ? '{}' : input
}
