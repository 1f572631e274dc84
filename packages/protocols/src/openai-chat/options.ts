import { isJsonObject } from '@gateway/core'
import type { ChatRequest, Json, JsonObject } from '@gateway/core'
import { checkBody } from '../check-body.ts'
import { compact } from '../compact.ts'
import { arrayOf, isJsonArray, numberOf, objectOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { readResponseFormat, readToolChoice, readTools, writeResponseFormat, writeToolChoice, writeTools } from './tools.ts'
import { translatedSchema } from './wire.ts'

type Options = Omit<ChatRequest, 'model' | 'messages' | 'isStreaming' | 'extensions'>

/** Everything a request says beside its model and messages, and the fields that this covers: the others ride along. */
export function readOptions(body: JsonObject): { readonly options: Options; readonly taken: readonly string[] } {
  const wire = checkBody(translatedSchema, body)
  const responseFormat = readResponseFormat(body.response_format)
  const hasLogprobs = wire.logprobs === true
  const effort = known(wire.reasoning_effort)
  const options = compact({
    wantsStreamUsage: booleanOf(objectOf(body.stream_options).include_usage),
    tools: isJsonArray(body.tools) ? readTools(body.tools) : undefined,
    toolChoice: readToolChoice(body.tool_choice),
    parallelToolCalls: known(wire.parallel_tool_calls),
    maxOutputTokens: numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens),
    temperature: known(wire.temperature),
    topP: known(wire.top_p),
    presencePenalty: known(wire.presence_penalty),
    frequencyPenalty: known(wire.frequency_penalty),
    stop: readStop(body.stop),
    seed: known(wire.seed),
    choiceCount: numberOf(body.n),
    responseFormat,
    reasoning: effort === undefined ? undefined : { effort },
    logprobs: hasLogprobs ? compact({ top: known(wire.top_logprobs) }) : undefined,
    logitBias: isJsonObject(body.logit_bias) ? body.logit_bias : undefined,
    user: known(wire.user),
    metadata: isJsonObject(body.metadata) ? body.metadata : undefined,
  })
  return { options, taken: takenFields(body, options) }
}

/** The fields of a request beside its model and messages, extensions included. */
export function writeOptions(request: ChatRequest, translation: Translation): JsonObject {
  const riding = translation.ownExtensions(request)
  if (request.topK !== undefined) translation.drop('top_k')
  if (request.reasoning?.budgetTokens !== undefined) translation.drop('reasoning.budget_tokens')
  if (request.reasoning?.isShown !== undefined) translation.drop('reasoning.display')
  return {
    ...riding,
    ...compact({
      stream_options: writeStreamOptions(request, riding),
      tools: request.tools && writeTools(request.tools, translation),
      tool_choice: writeToolChoice(request.toolChoice, translation),
      parallel_tool_calls: request.parallelToolCalls,
      [limitField(request.model, riding)]: request.maxOutputTokens,
      temperature: request.temperature,
      top_p: request.topP,
      presence_penalty: request.presencePenalty,
      frequency_penalty: request.frequencyPenalty,
      stop: request.stop,
      seed: request.seed,
      n: request.choiceCount,
      response_format: writeResponseFormat(request.responseFormat),
      reasoning_effort: request.reasoning?.effort,
      logprobs: request.logprobs && true,
      top_logprobs: request.logprobs?.top,
      logit_bias: request.logitBias,
      user: request.user,
      metadata: request.metadata,
    }),
  }
}

/** Fields that a word of the language covers whatever they say. */
const PLAIN_FIELDS = [
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'temperature',
  'top_p',
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

/** OpenAI's reasoning models reject `max_tokens`; many compatible servers know nothing else, and would not limit at all. */
const WANTS_COMPLETION_LIMIT = /^(?:openai\/)?(?:o\d|gpt-[5-9])/

function limitField(model: string, riding: JsonObject): 'max_tokens' | 'max_completion_tokens' {
  if (riding.max_completion_tokens !== undefined) return 'max_completion_tokens'
  if (riding.max_tokens !== undefined) return 'max_tokens'
  return WANTS_COMPLETION_LIMIT.test(model) ? 'max_completion_tokens' : 'max_tokens'
}

/** The fields that the options say all of. */
function takenFields(body: JsonObject, options: Options): readonly string[] {
  return [
    ...PLAIN_FIELDS,
    ...(options.responseFormat === undefined ? [] : ['response_format']),
    ...(options.logprobs === undefined ? [] : ['logprobs', 'top_logprobs']),
    ...(restOf(objectOf(body.stream_options), INCLUDE_USAGE) === undefined ? ['stream_options'] : []),
    ...limitFieldsTaken(body),
  ]
}

/** A limit under the name that we would choose is covered by the language; under the other one it rides along as a reminder. */
function limitFieldsTaken(body: JsonObject): readonly string[] {
  const given = ['max_tokens', 'max_completion_tokens'].filter((field) => body[field] != null)
  return given.length === 1 && given[0] === limitField(stringOf(body.model) ?? '', {}) ? given : []
}

/** OpenAI rejects `stream_options` where nothing is streamed. */
function writeStreamOptions(request: ChatRequest, riding: JsonObject): JsonObject | undefined {
  if (!request.isStreaming) return undefined
  const { include_usage: _, ...others } = objectOf(riding.stream_options)
  const options = compact({ ...others, include_usage: request.wantsStreamUsage })
  return Object.keys(options).length === 0 ? undefined : options
}

function readStop(stop: Json | undefined): readonly string[] | undefined {
  if (stop === undefined || stop === null) return undefined
  if (typeof stop === 'string') return [stop]
  return arrayOf(stop).flatMap((sequence) => stringOf(sequence) ?? [])
}

function booleanOf(value: Json | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

/** Null says as little as nothing. */
function known<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined
}
