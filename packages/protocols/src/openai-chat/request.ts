import { GatewayError } from '@gateway/core'
import type { ChatRequest, JsonObject, ChatModelRequest, PassTarget, WireRequest, Written } from '@gateway/core'
import { checkBody } from '../check-body.ts'
import { compact } from '../compact.ts'
import { objectOf, restOf } from '../json-fields.ts'
import { patchObjectText } from '../patch-object-text.ts'
import { refuseFields } from '../refuse-fields.ts'
import { createTranslation } from '../translation.ts'
import { withoutForeignSignatures } from './call-signature.ts'
import { readMessages, writeMessage } from './messages.ts'
import { readOptions, writeOptions } from './options.ts'
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
      maxOutputTokens: largerOf(checked.max_tokens, checked.max_completion_tokens),
      choiceCount: checked.n ?? 1,
    },
    chat: () => (request ??= readRequest(wire.json)),
    wire,
  }
}

export function readRequest(body: JsonObject): ChatRequest {
  const { model, stream } = checkBody(requestSchema, body)
  const { options, taken } = readOptions(body)
  const fields = restOf(body, new Set(['model', 'messages', 'stream', ...taken]))
  return compact({
    model,
    messages: readMessages(body),
    isStreaming: stream ?? false,
    ...options,
    extensions: fields === undefined ? undefined : { protocol: PROTOCOL, fields },
  })
}

export function writeRequest(request: ChatRequest): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  const messages = request.messages.map((message) =>
    writeMessage(withoutForeignSignatures(message, request.model, translation), translation),
  )
  const stream = request.isStreaming ? { stream: true } : {}
  const value = { ...writeOptions(request, translation), model: request.model, messages, ...stream }
  return { value, warnings: translation.warnings() }
}

export function passRequest(wire: WireRequest, target: PassTarget): string | Uint8Array<ArrayBuffer> {
  const model = wire.json.model === target.model ? {} : { model: target.model }
  try {
    const text = patchObjectText(wire.text, wire.json, { ...model, ...usageChange(wire.json, target) })
    return text === wire.text ? wire.bytes : text
  } catch (cause) {
    // JSON.parse takes any depth; JSON.stringify, which is needed where a key stands twice, recurses.
    throw new GatewayError('invalid-request', 'body: nested too deeply', { cause })
  }
}

/** Asks for usage in a stream where the client did not, and takes the question back where the server rejects it. */
function usageChange(body: JsonObject, target: PassTarget): JsonObject {
  if (body.stream !== true) return {}
  const options = objectOf(body.stream_options)
  const isAsked = options.include_usage === true
  if (isAsked === target.canAskForUsage) return {}
  if (target.canAskForUsage) return { stream_options: { ...options, include_usage: true } }
  const { include_usage: _, ...others } = options
  return { stream_options: Object.keys(others).length === 0 ? undefined : others }
}

function largerOf(first: number | null | undefined, second: number | null | undefined): number | null {
  const known = [first, second].filter((count) => typeof count === 'number')
  return known.length === 0 ? null : Math.max(...known)
}
