import { isJsonObject } from '@gateway/core'
import type { EmbeddingsModelRequest, EmbeddingsRequest, Json, JsonObject, PassTarget, WireRequest, Written } from '@gateway/core'
import { checkBody, invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { arrayOf, numberOf, objectsOf, restOf, stringOf } from '../json-fields.ts'
import { patchObjectText } from '../patch-object-text.ts'
import { refuseDepth } from '../refuse-depth.ts'
import { refuseFields } from '../refuse-fields.ts'
import { createTranslation } from '../translation.ts'
import { camelFields } from './field-names.ts'
import { checkModel, modelOf } from './model-name.ts'
import type { Address } from './model-name.ts'
import { dataOf, openParts } from './wire-part.ts'
import { batchSchema, PROTOCOL } from './wire.ts'

/** Of `:embedContent`, whose body is one item, and `:batchEmbedContents`, whose body is `requests`. */
export function openEmbeddingsRequest(wire: WireRequest): EmbeddingsModelRequest {
  refuseFields(wire.json, NO_FIELDS)
  const model = checkModel(modelOf(wire.json, wire.address))
  if (isBatch(wire.json)) checkBody(batchSchema, wire.json)
  let request: EmbeddingsRequest | undefined
  return {
    operation: 'embeddings',
    model,
    isStreaming: false,
    wantsStreamUsage: false,
    size: { inputTokens: Math.ceil(wire.text.length / 4), maxOutputTokens: null, choiceCount: 1 },
    embeddings: () => (request ??= readEmbeddingsRequest(wire.json, wire.address)),
    // Google's own client sends every text as a batch; one text alone goes to the other method, whose body it is not.
    ...(isBatch(wire.json) && arrayOf(wire.json.requests).length === 1 ? {} : { wire }),
  }
}

/** Refuses what the language cannot say: pictures, and items of one batch that want different things. */
export function readEmbeddingsRequest(body: JsonObject, address?: Address): EmbeddingsRequest {
  if (isBatch(body)) checkBody(batchSchema, body)
  const wires = isBatch(body) ? objectsOf(body.requests) : [body]
  const model = modelOf(body, address) || modelOf(wires[0] ?? {}, undefined)
  const items = wires.map((wire, index) => readItem(wire, isBatch(body) ? `requests[${index}].` : '', model))
  const fields = columnsOf(items.map(({ rest }) => rest))
  return compact({
    model,
    inputs: items.map(({ text }) => text),
    dimensions: sameOf(items, 'dimensions'),
    taskType: sameOf(items, 'taskType'),
    extensions: Object.keys(fields).length === 0 ? undefined : { protocol: PROTOCOL, fields },
  })
}

/** One item alone for `:embedContent`, any other number for `:batchEmbedContents`. */
export function writeEmbeddingsRequest(request: EmbeddingsRequest): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  if (request.user !== undefined) translation.drop('user')
  const fields = translation.ownExtensions(request)
  const requests = request.inputs.map((input, index) => {
    if (typeof input !== 'string') throw invalidField(`input[${index}]`, 'a text, since the model reads no tokens of others', input)
    const rest = Object.entries(fields).map(([field, values]) => [field, arrayOf(values)[index] ?? undefined])
    return compact({
      model: `models/${request.model}`,
      content: { parts: [{ text: input }] },
      taskType: request.taskType,
      outputDimensionality: request.dimensions,
      ...Object.fromEntries(rest),
    })
  })
  const [only] = requests
  return { value: only !== undefined && requests.length === 1 ? only : { requests }, warnings: translation.warnings() }
}

/** The bytes as they came, but where they name the model otherwise than the target does. */
export function passEmbeddingsRequest(wire: WireRequest, target: Pick<PassTarget, 'model'>): string | Uint8Array<ArrayBuffer> {
  const model = `models/${target.model}`
  const rename = (object: JsonObject): JsonObject => (isNamed(object, model) ? { ...object, model } : object)
  const requests = objectsOf(wire.json.requests)
  const changes = {
    ...(isNamed(wire.json, model) && { model }),
    ...(requests.some((request) => isNamed(request, model)) && { requests: requests.map(rename) }),
  }
  const text = refuseDepth(() => patchObjectText(wire.text, wire.json, changes))
  return text === wire.text ? wire.bytes : text
}

interface Item {
  readonly text: string
  readonly taskType?: string
  readonly dimensions?: number
  /** Fields that the language has no word for. */
  readonly rest: JsonObject
}

const NO_FIELDS: ReadonlySet<string> = new Set()
const ITEM_FIELDS: ReadonlySet<string> = new Set(['model', 'content', 'taskType', 'outputDimensionality'])

function isBatch(body: JsonObject): boolean {
  return body.requests !== undefined && body.requests !== null
}

/** Whether an object names a model, and another one than this. */
function isNamed(object: JsonObject, model: string): boolean {
  return typeof object.model === 'string' && object.model !== model
}

function readItem(wire: JsonObject, prefix: string, model: string): Item {
  const fields = camelFields(wire)
  const named = stringOf(fields.model) ?? model
  if (modelOf({ model: named }, undefined) !== model) throw invalidField(`${prefix}model`, 'the same model for all', named)
  if (!isJsonObject(fields.content)) throw invalidField(`${prefix}content`, 'an object', fields.content)
  return {
    text: readText(fields.content.parts, `${prefix}content.parts`),
    ...compact({ taskType: stringOf(fields.taskType), dimensions: readDimensions(fields.outputDimensionality, prefix) }),
    rest: restOf(fields, ITEM_FIELDS) ?? {},
  }
}

function readText(parts: Json | undefined, path: string): string {
  const texts = openParts(parts, path).map((part) => {
    if (dataOf(part) !== 'text' || typeof part.fields.text !== 'string') throw invalidField(part.path, 'a text part', part.raw)
    return part.fields.text
  })
  return texts.join('')
}

function readDimensions(value: Json | undefined, prefix: string): number | undefined {
  const dimensions = numberOf(value)
  const isPositive = dimensions !== undefined && Number.isInteger(dimensions) && dimensions > 0
  if (value != null && !isPositive) throw invalidField(`${prefix}outputDimensionality`, 'a positive integer', value)
  return dimensions
}

/** What all items say of a field; the language has one word for all of them. */
function sameOf<Field extends 'taskType' | 'dimensions'>(items: readonly Item[], field: Field): Item[Field] | undefined {
  const said = items[0]?.[field]
  const other = items.findIndex((item) => item[field] !== said)
  const name = field === 'dimensions' ? 'outputDimensionality' : field
  if (other !== -1) throw invalidField(`requests[${other}].${name}`, 'the same for all requests', items[other]?.[field])
  return said
}

/** Fields of items as one list a field, null where an item does not have it. */
function columnsOf(rests: readonly JsonObject[]): JsonObject {
  const names = new Set(rests.flatMap((rest) => Object.keys(rest)))
  return Object.fromEntries([...names].map((name) => [name, rests.map((rest) => rest[name] ?? null)]))
}
