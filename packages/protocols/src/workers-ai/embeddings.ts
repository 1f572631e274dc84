import { isJsonObject, ReplyError } from '@gateway/core'
import type {
  EmbeddingsModelRequest,
  EmbeddingsProtocol,
  EmbeddingsReply,
  EmbeddingsRequest,
  Json,
  JsonObject,
  PassTarget,
  WireRequest,
  Written,
} from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { isJsonArray, restOf, stringOf } from '../json-fields.ts'
import { readUsage, writeUsage } from '../openai-chat/usage.ts'
import { patchObjectText } from '../patch-object-text.ts'
import { refuseDepth } from '../refuse-depth.ts'
import { refuseFields } from '../refuse-fields.ts'
import { createTranslation } from '../translation.ts'
import { unwrap, wrap } from './envelope.ts'
import { readError, writeError } from './error.ts'
import { badReply } from '../upstream-failure.ts'
import { checkModel, modelOf } from './model-name.ts'
import type { Address } from './model-name.ts'
import { PROTOCOL } from './wire.ts'

/**
 * Embeddings of Workers AI: `{ text }` in, `{ shape, data, pooling }` out, over REST or the binding.
 * Source: https://developers.cloudflare.com/workers-ai/models/bge-base-en-v1.5/
 */
export const workersAiEmbeddings: EmbeddingsProtocol = {
  name: PROTOCOL,
  openRequest,
  readRequest,
  writeRequest,
  passRequest,
  readReply,
  writeReply,
  readError,
  writeError,
}

/** How long the vectors of a model are, which nobody can choose; undefined for one that nobody here knows. */
export function dimensionsOf(model: string): number | undefined {
  return DIMENSIONS.get(model)
}

const DIMENSIONS: ReadonlyMap<string, number> = new Map([
  ['@cf/baai/bge-small-en-v1.5', 384],
  ['@cf/baai/bge-base-en-v1.5', 768],
  ['@cf/baai/bge-large-en-v1.5', 1024],
  ['@cf/baai/bge-m3', 1024],
  ['@cf/google/embeddinggemma-300m', 768],
  ['@cf/qwen/qwen3-embedding-0.6b', 1024],
  ['@cf/pfnet/plamo-embedding-1b', 2048],
])

const FIELDS: ReadonlySet<string> = new Set(['model', 'text'])
const CHECKED_FIELDS: ReadonlySet<string> = new Set(['text'])

function openRequest(wire: WireRequest): EmbeddingsModelRequest {
  refuseFields(wire.json, CHECKED_FIELDS)
  const model = checkModel(modelOf(wire.json, wire.address))
  readTexts(wire.json.text)
  let request: EmbeddingsRequest | undefined
  return {
    operation: 'embeddings',
    model,
    isStreaming: false,
    wantsStreamUsage: false,
    size: { inputTokens: Math.ceil(wire.text.length / 4), maxOutputTokens: 0, choiceCount: 1 },
    embeddings: () => (request ??= readRequest(wire.json, wire.address)),
    wire,
  }
}

function readRequest(body: JsonObject, address?: Address): EmbeddingsRequest {
  const fields = restOf(body, FIELDS)
  return compact({
    model: modelOf(body, address),
    inputs: readTexts(body.text),
    extensions: fields === undefined ? undefined : { protocol: PROTOCOL, fields },
  })
}

/** The input alone: the model stands in the URL. Throws `GatewayError('invalid-request')` for tokens, which are those of other models. */
function writeRequest(request: EmbeddingsRequest): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  const { dimensions } = request
  const riding = translation.ownExtensions(request)
  if (dimensions !== undefined && dimensions !== dimensionsOf(request.model)) translation.drop('dimensions')
  if (request.taskType !== undefined) translation.drop('taskType')
  if (request.user !== undefined) translation.drop('user')
  const texts = request.inputs.map((input, index) => {
    if (typeof input !== 'string') throw invalidField(`input[${index}]`, 'a text, since the model reads no tokens of others', input)
    return input
  })
  return { value: { ...riding, text: texts }, warnings: translation.warnings() }
}

function passRequest(wire: WireRequest, target: Pick<PassTarget, 'model'>): string | Uint8Array<ArrayBuffer> {
  const { model } = wire.json
  const change = typeof model === 'string' && model !== target.model ? { model: target.model } : {}
  const text = refuseDepth(() => patchObjectText(wire.text, wire.json, change))
  return text === wire.text ? wire.bytes : text
}

/** The answer does not say which model it was. */
function readReply(body: JsonObject): EmbeddingsReply {
  const result = unwrap(body)
  if (!isJsonArray(result.data)) throw new ReplyError(badReply('malformed-reply'))
  if (result.data.length === 0) throw new ReplyError(badReply('empty-reply'))
  return { model: stringOf(result.model) ?? '', vectors: result.data.map(readVector), usage: readUsage(result) }
}

function writeReply({ vectors, usage }: EmbeddingsReply): JsonObject {
  const counts = writeUsage(usage)
  return wrap({ shape: [vectors.length, vectors[0]?.length ?? 0], data: vectors, ...(counts && { usage: counts }) })
}

/** A text or an array of texts. */
function readTexts(text: Json | undefined): readonly string[] {
  if (typeof text === 'string') return [text]
  if (!isJsonArray(text)) throw invalidField('text', 'a string or an array of strings', text)
  if (text.length === 0) throw invalidField('text', 'at least one text', text)
  return text.map((element, index) => {
    if (typeof element !== 'string') throw invalidField(`text[${index}]`, 'a string', element)
    return element
  })
}

/** Newer models answer as OpenAI does. */
function readVector(value: Json): readonly number[] {
  const vector = isJsonObject(value) ? value.embedding : value
  if (!isJsonArray(vector) || vector.length === 0) throw new ReplyError(badReply('malformed-reply'))
  return vector.map((number) => {
    if (typeof number !== 'number') throw new ReplyError(badReply('malformed-reply'))
    return number
  })
}
