import type { ChatModelRequest, ChatRequest, JsonObject, PassTarget, WireRequest, Written } from '@gateway/core'
import { checkBody, invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { objectOf, restOf } from '../json-fields.ts'
import { readRequest as readResponsesRequest } from '../openai-responses/request.ts'
import { patchObjectText } from '../patch-object-text.ts'
import { refuseDepth } from '../refuse-depth.ts'
import { refuseFields } from '../refuse-fields.ts'
import { createTranslation } from '../translation.ts'
import { readMessages } from './messages.ts'
import { writeMessages } from './messages-writer.ts'
import { isFirstGeneration } from './model-generation.ts'
import { checkModel, modelOf } from './model-name.ts'
import type { Address } from './model-name.ts'
import { readOptions, writeOptions } from './options.ts'
import { CHECKED_FIELDS, PROTOCOL, requestSchema } from './wire.ts'
import type { CheckedRequest } from './wire.ts'

export function openRequest(wire: WireRequest): ChatModelRequest {
  const checked = checkInput(wire.json)
  refuseFields(wire.json, CHECKED_FIELDS)
  const model = checkModel(modelOf(wire.json, wire.address))
  const limits = [checked.max_tokens, checked.max_completion_tokens, checked.max_output_tokens].filter((count) => typeof count === 'number')
  let request: ChatRequest | undefined
  return {
    operation: 'chat',
    model,
    isStreaming: checked.stream ?? false,
    wantsStreamUsage: isFirstGeneration(model) || isResponses(wire.json) || checked.stream_options?.include_usage === true,
    size: {
      inputTokens: Math.ceil(wire.text.length / 4),
      maxOutputTokens: limits.length === 0 ? null : Math.max(...limits),
      choiceCount: checked.n ?? 1,
    },
    chat: () => (request ??= readRequest(wire.json, wire.address)),
    wire,
  }
}

/** Without an address the model is what the input says, if it says one. */
export function readRequest(body: JsonObject, address?: Address): ChatRequest {
  const { stream } = checkInput(body)
  const model = modelOf(body, address)
  if (isResponses(body)) return { ...refuseDepth(() => readResponsesRequest({ ...body, model: model || PROTOCOL })), model }
  return refuseDepth(() => {
    const { options, taken } = readOptions(body, model)
    const fields = restOf(body, new Set(['model', 'messages', 'prompt', 'stream', ...taken]))
    return compact({
      model,
      messages: readMessages(body),
      isStreaming: stream ?? false,
      ...options,
      extensions: fields === undefined ? undefined : { protocol: PROTOCOL, fields },
    })
  })
}

/** The input alone: the model stands in the URL. */
export function writeRequest(request: ChatRequest): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  const messages = writeMessages(request, translation)
  const stream = request.isStreaming ? { stream: true } : {}
  const value = { ...writeOptions(request, translation), messages, ...stream }
  return { value, warnings: translation.warnings() }
}

export function passRequest(wire: WireRequest, target: PassTarget): string | Uint8Array<ArrayBuffer> {
  const { model } = wire.json
  const changes = {
    ...(typeof model === 'string' && model !== target.model && { model: target.model }),
    ...usageChange(wire.json, target),
  }
  const text = refuseDepth(() => patchObjectText(wire.text, wire.json, changes))
  return text === wire.text ? wire.bytes : text
}

function checkInput(body: JsonObject): CheckedRequest {
  const checked = checkBody(requestSchema, body)
  if (checked.messages == null && checked.prompt == null && body.input == null) throw invalidField('messages', 'an array', body.messages)
  return checked
}

/** gpt-oss takes what the Responses API takes. */
function isResponses(body: JsonObject): boolean {
  return body.messages == null && body.prompt == null && body.input != null
}

/** Asks for usage in a stream of a model that does not tell it unasked, where the client did not. */
function usageChange(body: JsonObject, target: PassTarget): JsonObject {
  const options = objectOf(body.stream_options)
  const isAsked = options.include_usage === true
  if (body.stream !== true || isAsked || !target.canAskForUsage) return {}
  if (isFirstGeneration(target.model) || isResponses(body)) return {}
  return { stream_options: { ...options, include_usage: true } }
}
