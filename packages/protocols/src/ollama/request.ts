import type { ChatModelRequest, ChatRequest, JsonObject, PassTarget, WireRequest, Written } from '@gateway/core'
import { checkBody } from '../check-body.ts'
import { patchObjectText } from '../patch-object-text.ts'
import { refuseDepth } from '../refuse-depth.ts'
import { refuseFields } from '../refuse-fields.ts'
import { createTranslation } from '../translation.ts'
import { readMessages } from './messages.ts'
import { writeMessages } from './messages-writer.ts'
import { readOptions, writeOptions } from './options.ts'
import { CHECKED_FIELDS, PROTOCOL, requestSchema } from './wire.ts'

export function openRequest(wire: WireRequest): ChatModelRequest {
  const checked = checkBody(requestSchema, wire.json)
  refuseFields(wire.json, CHECKED_FIELDS)
  const limit = checked.options?.num_predict ?? null
  let request: ChatRequest | undefined
  return {
    operation: 'chat',
    model: checked.model,
    isStreaming: checked.stream ?? true,
    // The last line of an answer says it unasked.
    wantsStreamUsage: true,
    size: {
      inputTokens: Math.ceil(wire.text.length / 4),
      maxOutputTokens: limit !== null && limit > 0 ? limit : null,
      choiceCount: 1,
    },
    chat: () => (request ??= readRequest(wire.json)),
    wire,
  }
}

export function readRequest(body: JsonObject): ChatRequest {
  const { model, stream } = checkBody(requestSchema, body)
  return refuseDepth(() => ({
    model,
    messages: readMessages(body),
    isStreaming: stream ?? true,
    wantsStreamUsage: true,
    ...readOptions(body),
  }))
}

export function writeRequest(request: ChatRequest): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  const value = {
    ...writeOptions(request, translation),
    model: request.model,
    messages: writeMessages(request.messages, translation),
    // Left out, it would mean true.
    stream: request.isStreaming,
  }
  return { value, warnings: translation.warnings() }
}

export function passRequest(wire: WireRequest, target: PassTarget): string | Uint8Array<ArrayBuffer> {
  const change = wire.json.model === target.model ? {} : { model: target.model }
  const text = refuseDepth(() => patchObjectText(wire.text, wire.json, change))
  return text === wire.text ? wire.bytes : text
}
