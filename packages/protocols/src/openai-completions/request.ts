import type { ChatModelRequest, ChatRequest, JsonObject, PassTarget, WireRequest, Written } from '@gateway/core'
import { checkBody } from '../check-body.ts'
import { objectOf } from '../json-fields.ts'
import { patchObjectText } from '../patch-object-text.ts'
import { refuseDepth } from '../refuse-depth.ts'
import { refuseFields } from '../refuse-fields.ts'
import { createTranslation } from '../translation.ts'
import { readOptions, writeOptions } from './options.ts'
import { promptCount, readPrompt, writePrompt } from './prompt.ts'
import { CHECKED_FIELDS, PROTOCOL, requestSchema } from './wire.ts'

export function openRequest(wire: WireRequest): ChatModelRequest {
  const checked = checkBody(requestSchema, wire.json)
  refuseFields(wire.json, CHECKED_FIELDS)
  let request: ChatRequest | undefined
  return {
    operation: 'chat',
    model: checked.model,
    isStreaming: checked.stream ?? false,
    wantsStreamUsage: checked.stream_options?.include_usage === true,
    size: {
      inputTokens: Math.ceil(wire.text.length / 4),
      maxOutputTokens: checked.max_tokens ?? null,
      choiceCount: Math.max(checked.n ?? 1, checked.best_of ?? 1) * promptCount(wire.json.prompt),
    },
    chat: () => (request ??= readRequest(wire.json)),
    wire,
  }
}

/** A prompt as what a user says: a model that chats answers it where one that completes would go on with it. */
export function readRequest(body: JsonObject): ChatRequest {
  const { model, stream } = checkBody(requestSchema, body)
  return { model, messages: readPrompt(body), isStreaming: stream ?? false, ...readOptions(body), emulated: ['prompt'] }
}

export function writeRequest(request: ChatRequest): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  const prompt = writePrompt(request.messages, translation)
  const value = { ...writeOptions(request, translation), model: request.model, prompt, ...(request.isStreaming && { stream: true }) }
  return { value, warnings: translation.warnings() }
}

export function passRequest(wire: WireRequest, target: PassTarget): string | Uint8Array<ArrayBuffer> {
  const model = wire.json.model === target.model ? {} : { model: target.model }
  const text = refuseDepth(() => patchObjectText(wire.text, wire.json, { ...model, ...usageChange(wire.json, target) }))
  return text === wire.text ? wire.bytes : text
}

/** Asks for usage in a stream where the client did not, and takes the question back where the server rejects it. */
function usageChange(body: JsonObject, target: PassTarget): JsonObject {
  if (body.stream !== true) return {}
  const { include_usage: asked, ...others } = objectOf(body.stream_options)
  if ((asked === true) === target.canAskForUsage) return {}
  if (target.canAskForUsage) return { stream_options: { ...others, include_usage: true } }
  return { stream_options: Object.keys(others).length === 0 ? undefined : others }
}
