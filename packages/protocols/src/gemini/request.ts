import type { ChatRequest, JsonObject, ChatModelRequest, PassTarget, WireRequest, Written } from '@gateway/core'
import { checkBody } from '../check-body.ts'
import { compact } from '../compact.ts'
import { objectOf, restOf } from '../json-fields.ts'
import { patchObjectText } from '../patch-object-text.ts'
import { refuseDepth } from '../refuse-depth.ts'
import { refuseFields } from '../refuse-fields.ts'
import { createTranslation } from '../translation.ts'
import type { Translation } from '../translation.ts'
import { readContents, readSystem } from './contents.ts'
import { writeContents } from './contents-writer.ts'
import { camelFields, refuseTwins } from './field-names.ts'
import { readGenerationConfig, writeGenerationConfig } from './generation-config.ts'
import { checkModel, modelOf } from './model-name.ts'
import type { Address } from './model-name.ts'
import { readToolChoice, readTools, writeToolChoice, writeTools } from './tools.ts'
import { PROTOCOL, requestSchema } from './wire.ts'

export function openRequest(wire: WireRequest): ChatModelRequest {
  refuseFields(wire.json, NO_FIELDS)
  const model = checkModel(modelOf(wire.json, wire.address))
  const { generationConfig } = checkBody(requestSchema, openBody(wire.json))
  let request: ChatRequest | undefined
  return {
    operation: 'chat',
    model,
    isStreaming: wire.address?.isStreaming ?? false,
    // Google says it unasked.
    wantsStreamUsage: true,
    size: {
      inputTokens: Math.ceil(wire.text.length / 4),
      maxOutputTokens: generationConfig?.maxOutputTokens ?? null,
      choiceCount: generationConfig?.candidateCount ?? 1,
    },
    chat: () => (request ??= readRequest(wire.json, wire.address)),
    wire,
  }
}

/** Without an address the model is what the body says (as in a batch or a count of tokens), and nothing streams. */
export function readRequest(body: JsonObject, address?: Address): ChatRequest {
  const fields = openBody(body)
  checkBody(requestSchema, fields)
  const generation = readGenerationConfig(objectOf(fields.generationConfig))
  const { functionCallingConfig, ...toolConfig } = camelFields(objectOf(fields.toolConfig))
  const riding = {
    ...restOf(fields, KNOWN_FIELDS),
    ...prefixed(generation.rest, 'generationConfig'),
    ...prefixed(restOf(toolConfig, NO_FIELDS), 'toolConfig'),
  }
  return refuseDepth(() =>
    compact({
      model: modelOf(body, address),
      messages: [...readSystem(fields.systemInstruction), ...readContents(fields.contents)],
      isStreaming: address?.isStreaming ?? false,
      wantsStreamUsage: true,
      tools: readTools(fields.tools),
      toolChoice: readToolChoice(functionCallingConfig),
      ...generation.options,
      extensions: Object.keys(riding).length === 0 ? undefined : { protocol: PROTOCOL, fields: riding },
    }),
  )
}

/** The body alone: model and streaming stand in the URL. */
export function writeRequest(request: ChatRequest): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  reportDropped(request, translation)
  const { generationConfig: ridingConfig, toolConfig: ridingTools, ...riding } = unprefixed(translation.ownExtensions(request))
  const functionCallingConfig = writeToolChoice(request.toolChoice, translation)
  const value = {
    ...riding,
    ...writeContents(request.messages, request.model, translation),
    ...(request.tools && { tools: writeTools(request.tools, translation) }),
    ...nonEmpty('toolConfig', { ...objectOf(ridingTools), ...compact({ functionCallingConfig }) }),
    ...nonEmpty('generationConfig', writeGenerationConfig(request, objectOf(ridingConfig), translation)),
  }
  return { value, warnings: translation.warnings() }
}

export function passRequest(wire: WireRequest, target: PassTarget): string | Uint8Array<ArrayBuffer> {
  const model = `models/${target.model}`
  const change = typeof wire.json.model === 'string' && wire.json.model !== model ? { model } : {}
  const text = refuseDepth(() => patchObjectText(wire.text, wire.json, change))
  return text === wire.text ? wire.bytes : text
}

const KNOWN_FIELDS: ReadonlySet<string> = new Set(['model', 'contents', 'systemInstruction', 'tools', 'toolConfig', 'generationConfig'])
const NO_FIELDS: ReadonlySet<string> = new Set()

/** The fields in camelCase, those of `generationConfig` too, which is where the checks look. */
function openBody(body: JsonObject): JsonObject {
  refuseTwins(body)
  const fields = camelFields(body)
  if (typeof fields.generationConfig !== 'object' || fields.generationConfig === null) return fields
  const config = objectOf(fields.generationConfig)
  refuseTwins(config, 'generationConfig.')
  return Array.isArray(fields.generationConfig) ? fields : { ...fields, generationConfig: camelFields(config) }
}

/** Fields of a nested object under names that tell where they stood, so that a warning can name each. */
function prefixed(fields: JsonObject | undefined, prefix: string): JsonObject {
  return Object.fromEntries(Object.entries(fields ?? {}).map(([field, value]) => [`${prefix}.${field}`, value]))
}

function unprefixed(fields: JsonObject): JsonObject {
  const nested = (prefix: string): JsonObject =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([field, value]) => (field.startsWith(`${prefix}.`) ? [[field.slice(prefix.length + 1), value]] : [])),
    )
  const plain = Object.entries(fields).filter(([field]) => !/^(?:generationConfig|toolConfig)\./.test(field))
  return { ...Object.fromEntries(plain), generationConfig: nested('generationConfig'), toolConfig: nested('toolConfig') }
}

function nonEmpty(field: string, value: JsonObject): JsonObject {
  return Object.keys(value).length === 0 ? {} : { [field]: value }
}

function reportDropped(request: ChatRequest, translation: Translation): void {
  if (request.parallelToolCalls === false) translation.drop('parallel_tool_calls')
  if (request.logitBias !== undefined) translation.drop('logit_bias')
  if (request.user !== undefined) translation.drop('user')
  if (request.metadata !== undefined) translation.drop('metadata')
}
