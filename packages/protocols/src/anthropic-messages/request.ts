import { GatewayError } from '@gateway/core'
import type { ChatModelRequest, ChatRequest, JsonObject, PassTarget, WireRequest, Written } from '@gateway/core'
import { checkBody } from '../check-body.ts'
import { compact } from '../compact.ts'
import { needsServerState } from '../needs-server-state.ts'
import { patchObjectText } from '../patch-object-text.ts'
import { refuseFields } from '../refuse-fields.ts'
import { createTranslation } from '../translation.ts'
import { readMessages, writeMessages } from './messages.ts'
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
    wantsStreamUsage: true,
    size: { inputTokens: Math.ceil(wire.text.length / 4), maxOutputTokens: checked.max_tokens, choiceCount: 1 },
    chat: () => (request ??= readRequest(wire.json)),
    wire,
  }
}

/** Throws for a thread, which only the vendor keeps: a target of the same protocol gets it undecoded. */
export function readRequest(body: JsonObject): ChatRequest {
  const { model, stream, max_tokens: maxOutputTokens } = checkBody(requestSchema, body)
  if (body.thread != null) throw needsServerState('thread', 'send the whole conversation as messages')
  return { ...readPrompt(body), model, isStreaming: stream ?? false, maxOutputTokens }
}

/** What a request says but for its model, stream and limit, which a request to count tokens does not have. */
export function readPrompt(body: JsonObject): Omit<ChatRequest, 'model' | 'isStreaming' | 'maxOutputTokens'> {
  const { options, fields } = readOptions(body)
  return compact({
    messages: readMessages(body),
    ...options,
    extensions: fields === undefined ? undefined : { protocol: PROTOCOL, fields },
  })
}

/** A limit is required here: where the client set none, 4096 and what it may think, reported as `emulated:max_tokens`. */
export function writeRequest(request: ChatRequest): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  const stream = request.isStreaming ? { stream: true } : {}
  const messages = writeMessages(request.messages, request.model, translation)
  const value = { ...writeOptions(request, messages.messages, translation), model: request.model, ...messages, ...stream }
  return { value, warnings: translation.warnings() }
}

export function passRequest(wire: WireRequest, target: PassTarget): string | Uint8Array<ArrayBuffer> {
  try {
    const text = patchObjectText(wire.text, wire.json, wire.json.model === target.model ? {} : { model: target.model })
    return text === wire.text ? wire.bytes : text
  } catch (cause) {
    // JSON.parse takes any depth; JSON.stringify, which is needed where a key stands twice, recurses.
    throw new GatewayError('invalid-request', 'body: nested too deeply', { cause })
  }
}
