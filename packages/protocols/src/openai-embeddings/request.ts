import type { EmbeddingsModelRequest, EmbeddingsRequest, JsonObject, PassTarget, WireRequest, Written } from '@gateway/core'
import { checkBody } from '../check-body.ts'
import { compact } from '../compact.ts'
import { restOf } from '../json-fields.ts'
import { patchObjectText } from '../patch-object-text.ts'
import { refuseDepth } from '../refuse-depth.ts'
import { refuseFields } from '../refuse-fields.ts'
import { createTranslation } from '../translation.ts'
import { readInputs, writeInputs } from './input.ts'
import { CHECKED_FIELDS, PROTOCOL, requestSchema } from './wire.ts'

export function openRequest(wire: WireRequest): EmbeddingsModelRequest {
  const { model } = checkBody(requestSchema, wire.json)
  refuseFields(wire.json, CHECKED_FIELDS)
  let request: EmbeddingsRequest | undefined
  return {
    operation: 'embeddings',
    model,
    isStreaming: false,
    wantsStreamUsage: false,
    size: { inputTokens: Math.ceil(wire.text.length / 4), maxOutputTokens: 0, choiceCount: 1 },
    embeddings: () => (request ??= readRequest(wire.json)),
    wire,
  }
}

export function readRequest(body: JsonObject): EmbeddingsRequest {
  const { model, dimensions, encoding_format: encoding, user } = checkBody(requestSchema, body)
  const isKnown = encoding === 'float' || encoding === 'base64'
  const fields = restOf(body, isKnown ? TAKEN_WITH_ENCODING : TAKEN)
  return compact({
    model,
    inputs: readInputs(body.input),
    dimensions: dimensions ?? undefined,
    encoding: isKnown ? encoding : undefined,
    user: user ?? undefined,
    extensions: fields === undefined ? undefined : { protocol: PROTOCOL, fields },
  })
}

export function writeRequest(request: EmbeddingsRequest): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  if (request.taskType !== undefined) translation.drop('taskType')
  const riding = translation.ownExtensions(request)
  const value = compact({
    ...riding,
    model: request.model,
    input: writeInputs(request.inputs),
    dimensions: request.dimensions,
    encoding_format: request.encoding ?? riding.encoding_format,
    user: request.user,
  })
  return { value, warnings: translation.warnings() }
}

export function passRequest(wire: WireRequest, target: Pick<PassTarget, 'model'>): string | Uint8Array<ArrayBuffer> {
  const changes = wire.json.model === target.model ? {} : { model: target.model }
  const text = refuseDepth(() => patchObjectText(wire.text, wire.json, changes))
  return text === wire.text ? wire.bytes : text
}

/** An encoding that the language has no word for rides along. */
const TAKEN: ReadonlySet<string> = new Set(['model', 'input', 'dimensions', 'user'])
const TAKEN_WITH_ENCODING: ReadonlySet<string> = new Set([...TAKEN, 'encoding_format'])
