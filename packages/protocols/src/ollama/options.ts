import type { ChatRequest, JsonObject } from '@gateway/core'
import { checkBody } from '../check-body.ts'
import { compact } from '../compact.ts'
import { isJsonArray, numberOf, objectOf, restOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { readFormat, writeFormat } from './output-format.ts'
import { readThink, writeThink } from './thinking.ts'
import { readTools, writeTools } from './tools.ts'
import { PROTOCOL, translatedSchema } from './wire.ts'

type Options = Omit<ChatRequest, 'model' | 'messages' | 'isStreaming' | 'wantsStreamUsage'>

/** Everything a request says beside its model and messages. What the language has no word for rides along as an extension. */
export function readOptions(body: JsonObject): Options {
  const wire = checkBody(translatedSchema, body)
  const hasLogprobs = wire.logprobs === true
  const format = readFormat(body.format)
  const sampling = readSampling(objectOf(body.options))
  const taken = [...PLAIN_FIELDS, ...(hasLogprobs ? LOGPROBS_FIELDS : []), ...(format.isTaken ? ['format'] : [])]
  const fields = { ...restOf(body, new Set(taken)), ...sampling.rest }
  return compact({
    tools: isJsonArray(body.tools) ? readTools(body.tools) : undefined,
    ...sampling.options,
    responseFormat: format.format,
    reasoning: readThink(wire.think),
    logprobs: hasLogprobs ? compact({ top: wire.top_logprobs ?? undefined }) : undefined,
    extensions: Object.keys(fields).length === 0 ? undefined : { protocol: PROTOCOL, fields },
  })
}

/** The fields of a request beside its model and messages, extensions included. */
export function writeOptions(request: ChatRequest, translation: Translation): JsonObject {
  reportDropped(request, translation)
  const riding = ownExtensions(request, translation)
  const options = { ...riding.options, ...writeSampling(request) }
  // There is no word for "use none of these tools": the model is not told of them.
  const isWithoutTools = request.toolChoice?.type === 'none' && request.tools !== undefined
  if (isWithoutTools) translation.change('emulated', 'tool_choice')
  return {
    ...riding.fields,
    ...compact({
      tools: request.tools && !isWithoutTools ? writeTools(request.tools, translation) : undefined,
      format: writeFormat(request.responseFormat, translation),
      think: request.reasoning && writeThink(request.reasoning, request.model, translation),
      logprobs: request.logprobs && true,
      top_logprobs: request.logprobs?.top,
      options: Object.keys(options).length === 0 ? undefined : options,
    }),
  }
}

/** Fields that are read elsewhere, or that a word of the language covers whatever they say. */
const PLAIN_FIELDS = ['model', 'messages', 'stream', 'options', 'tools', 'think'] as const
const LOGPROBS_FIELDS = ['logprobs', 'top_logprobs'] as const

/** An option that rides along keeps its place in its name, so that a warning can say it. */
const PREFIX = 'options.'

type Sampling = Pick<
  ChatRequest,
  'maxOutputTokens' | 'temperature' | 'topP' | 'topK' | 'seed' | 'presencePenalty' | 'frequencyPenalty' | 'stop'
>

function readSampling(options: JsonObject): { readonly options: Sampling; readonly rest: JsonObject } {
  const limit = numberOf(options.num_predict)
  // -1 and -2 are no limits.
  const isLimit = limit !== undefined && limit > 0
  const known = new Set([...SAMPLING_FIELDS, ...(isLimit ? ['num_predict'] : [])])
  const rest = Object.entries(restOf(options, known) ?? {}).map(([field, value]) => [PREFIX + field, value] as const)
  const sampling = compact({
    maxOutputTokens: isLimit ? limit : undefined,
    temperature: numberOf(options.temperature),
    topP: numberOf(options.top_p),
    topK: numberOf(options.top_k),
    seed: numberOf(options.seed),
    presencePenalty: numberOf(options.presence_penalty),
    frequencyPenalty: numberOf(options.frequency_penalty),
    stop: isJsonArray(options.stop) ? options.stop.filter((sequence) => typeof sequence === 'string') : undefined,
  })
  return { options: sampling, rest: Object.fromEntries(rest) }
}

const SAMPLING_FIELDS = ['temperature', 'top_p', 'top_k', 'seed', 'presence_penalty', 'frequency_penalty', 'stop'] as const

function writeSampling(request: ChatRequest): JsonObject {
  return compact({
    num_predict: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    seed: request.seed,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    stop: request.stop,
  })
}

interface Riding {
  readonly fields: JsonObject
  readonly options: JsonObject
}

/** Only what came in this protocol goes on in it: `num_gpu`, `keep_alive` and their like are not for clients of others. */
function ownExtensions({ extensions }: ChatRequest, translation: Translation): Riding {
  if (extensions === undefined) return { fields: {}, options: {} }
  const entries = Object.entries(extensions.fields)
  if (extensions.protocol !== PROTOCOL) {
    for (const [field] of entries) translation.drop(field)
    return { fields: {}, options: {} }
  }
  return {
    fields: Object.fromEntries(entries.filter((entry) => !isOption(entry))),
    options: Object.fromEntries(entries.filter(isOption).map(([field, value]) => [field.slice(PREFIX.length), value])),
  }
}

function isOption([field]: readonly [string, unknown]): boolean {
  return field.startsWith(PREFIX)
}

function reportDropped(request: ChatRequest, translation: Translation): void {
  const { toolChoice } = request
  if (toolChoice !== undefined && toolChoice.type !== 'auto' && toolChoice.type !== 'none') translation.drop('tool_choice')
  if (request.parallelToolCalls === false) translation.drop('parallel_tool_calls')
  if (request.choiceCount !== undefined && request.choiceCount > 1) translation.drop('n')
  if (request.logitBias !== undefined) translation.drop('logit_bias')
  if (request.user !== undefined) translation.drop('user')
  if (request.metadata !== undefined) translation.drop('metadata')
  if (request.wantsEncryptedReasoning === true) translation.drop('encrypted_reasoning')
}
