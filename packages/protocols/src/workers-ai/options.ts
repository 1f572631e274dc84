import { isJsonObject } from '@gateway/core'
import type { ChatRequest, JsonObject } from '@gateway/core'
import { checkBody } from '../check-body.ts'
import { compact } from '../compact.ts'
import { isJsonArray, numberOf, objectOf, restOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { isFirstGeneration } from './model-generation.ts'
import { writeEffort } from './reasoning-effort.ts'
import { readResponseFormat, writeResponseFormat } from './response-format.ts'
import { readToolChoice, readTools, writeToolFields } from './tools.ts'
import { translatedSchema } from './wire.ts'
import type { TranslatedRequest } from './wire.ts'

type Options = Omit<ChatRequest, 'model' | 'messages' | 'isStreaming' | 'extensions'>

/** Everything an input says beside its conversation, and the fields that this covers: the others ride along. */
export function readOptions(body: JsonObject, model: string): { readonly options: Options; readonly taken: readonly string[] } {
  const wire = checkBody(translatedSchema, body)
  const responseFormat = readResponseFormat(body.response_format)
  const hasLogprobs = wire.logprobs === true
  const options = compact({
    wantsStreamUsage: isFirstGeneration(model) ? true : booleanOf(objectOf(body.stream_options).include_usage),
    tools: isJsonArray(body.tools) ? readTools(body.tools) : undefined,
    toolChoice: readToolChoice(body.tool_choice),
    maxOutputTokens: numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens),
    ...readSampling(wire),
    choiceCount: numberOf(body.n),
    responseFormat,
    logprobs: hasLogprobs ? compact({ top: wire.top_logprobs ?? undefined }) : undefined,
    logitBias: isJsonObject(body.logit_bias) ? body.logit_bias : undefined,
    metadata: isJsonObject(body.metadata) ? body.metadata : undefined,
  })
  return {
    options,
    taken: [
      ...PLAIN_FIELDS,
      ...(responseFormat === undefined ? [] : ['response_format']),
      ...(hasLogprobs ? ['logprobs', 'top_logprobs'] : []),
      ...(restOf(objectOf(body.stream_options), INCLUDE_USAGE) === undefined ? ['stream_options'] : []),
    ],
  }
}

/** The fields of an input beside its conversation, extensions included. */
export function writeOptions(request: ChatRequest, translation: Translation): JsonObject {
  const riding = translation.ownExtensions(request)
  const isOld = isFirstGeneration(request.model)
  if (request.reasoning?.budgetTokens !== undefined) translation.drop('reasoning.budget_tokens')
  if (request.wantsEncryptedReasoning === true) translation.drop('encrypted_reasoning')
  return {
    ...riding,
    ...compact({
      max_tokens: request.maxOutputTokens,
      temperature: request.temperature,
      top_p: request.topP,
      presence_penalty: request.presencePenalty,
      frequency_penalty: request.frequencyPenalty,
      seed: request.seed,
      response_format: writeResponseFormat(request.responseFormat, isOld, translation),
    }),
    ...writeToolFields(request, isOld, translation),
    ...(isOld ? writeOldOptions(request, translation) : writeNewOptions(request, riding, translation)),
  }
}

/** Fields that a word of the language covers whatever they say. */
const PLAIN_FIELDS = [
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'presence_penalty',
  'frequency_penalty',
  'stop',
  'seed',
  'n',
  'reasoning_effort',
  'logit_bias',
  'user',
  'metadata',
] as const

const INCLUDE_USAGE: ReadonlySet<string> = new Set(['include_usage'])

function readSampling(wire: TranslatedRequest): Options {
  return compact({
    parallelToolCalls: wire.parallel_tool_calls ?? undefined,
    temperature: wire.temperature ?? undefined,
    topP: wire.top_p ?? undefined,
    topK: wire.top_k ?? undefined,
    presencePenalty: wire.presence_penalty ?? undefined,
    frequencyPenalty: wire.frequency_penalty ?? undefined,
    stop: typeof wire.stop === 'string' ? [wire.stop] : (wire.stop ?? undefined),
    seed: wire.seed ?? undefined,
    reasoning: wire.reasoning_effort == null ? undefined : { effort: wire.reasoning_effort },
    user: wire.user ?? undefined,
  })
}

/** The first models would take what they do not know, and do nothing about it. */
function writeOldOptions(request: ChatRequest, translation: Translation): JsonObject {
  if (request.parallelToolCalls !== undefined) translation.drop('parallel_tool_calls')
  if (request.stop !== undefined) translation.drop('stop')
  if (request.choiceCount !== undefined && request.choiceCount > 1) translation.drop('n')
  if (request.reasoning?.effort !== undefined) translation.drop('reasoning.effort')
  if (request.logprobs !== undefined) translation.drop('logprobs')
  if (request.logitBias !== undefined) translation.drop('logit_bias')
  if (request.user !== undefined) translation.drop('user')
  if (request.metadata !== undefined) translation.drop('metadata')
  return compact({ top_k: request.topK })
}

function writeNewOptions(request: ChatRequest, riding: JsonObject, translation: Translation): JsonObject {
  if (request.topK !== undefined) translation.drop('top_k')
  return compact({
    stream_options: writeStreamOptions(request, riding),
    parallel_tool_calls: request.parallelToolCalls,
    stop: request.stop,
    n: request.choiceCount,
    reasoning_effort: writeEffort(request.reasoning?.effort, request.model, translation),
    logprobs: request.logprobs && true,
    top_logprobs: request.logprobs?.top,
    logit_bias: request.logitBias,
    user: request.user,
    metadata: request.metadata,
  })
}

function writeStreamOptions(request: ChatRequest, riding: JsonObject): JsonObject | undefined {
  if (!request.isStreaming) return undefined
  const { include_usage: _, ...others } = objectOf(riding.stream_options)
  const options = compact({ ...others, include_usage: request.wantsStreamUsage })
  return Object.keys(options).length === 0 ? undefined : options
}

function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}
