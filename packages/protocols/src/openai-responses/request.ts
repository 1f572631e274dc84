import type { ChatModelRequest, ChatRequest, JsonObject, PassTarget, WireRequest, Written } from '@gateway/core'
import { checkBody } from '../check-body.ts'
import { needsServerState } from '../needs-server-state.ts'
import { patchObjectText } from '../patch-object-text.ts'
import { refuseDepth } from '../refuse-depth.ts'
import { refuseFields } from '../refuse-fields.ts'
import { createTranslation } from '../translation.ts'
import { readInput, writeInput } from './input.ts'
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
    size: { inputTokens: Math.ceil(wire.text.length / 4), maxOutputTokens: checked.max_output_tokens ?? null, choiceCount: 1 },
    chat: () => (request ??= readRequest(wire.json)),
    wire,
  }
}

/** Throws for what only a server could follow that remembers earlier requests: a target of the same protocol gets it undecoded. */
export function readRequest(body: JsonObject): ChatRequest {
  const { model, stream } = checkBody(requestSchema, body)
  for (const [field, remedy] of SERVER_STATE) {
    if (body[field] != null && body[field] !== false) throw needsServerState(field, remedy)
  }
  return { model, messages: readInput(body), isStreaming: stream ?? false, ...readOptions(body) }
}

export function writeRequest(request: ChatRequest): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  const input = writeInput(request.messages, translation)
  const stream = request.isStreaming ? { stream: true } : {}
  const value = { ...writeOptions(request, translation), model: request.model, ...input, ...stream }
  return { value, warnings: translation.warnings() }
}

/** A stream always tells its usage, so there is nothing to ask for. */
export function passRequest(wire: WireRequest, target: PassTarget): string | Uint8Array<ArrayBuffer> {
  const changes = wire.json.model === target.model ? {} : { model: target.model }
  const text = refuseDepth(() => patchObjectText(wire.text, wire.json, changes))
  return text === wire.text ? wire.bytes : text
}

/** What the vendor keeps between requests, and what a client can do without it. */
const SERVER_STATE = [
  ['previous_response_id', 'send the whole conversation as input'],
  ['conversation', 'send the whole conversation as input'],
  ['prompt', 'send the prompt itself as instructions and input'],
  ['background', 'leave it out and wait for the answer'],
] as const
