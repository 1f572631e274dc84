import { isJsonObject } from '@gateway/core'
import type { ChatRequest, Json, JsonObject } from '@gateway/core'
import { checkBody } from '../check-body.ts'
import { compact } from '../compact.ts'
import { arrayOf, numberOf, objectOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { PROTOCOL, translatedSchema } from './wire.ts'

type Options = Omit<ChatRequest, 'model' | 'messages' | 'isStreaming'>

/** Everything a request says beside its model and prompt. */
export function readOptions(body: JsonObject): Options {
  const wire = checkBody(translatedSchema, body)
  const includesUsage = objectOf(body.stream_options).include_usage
  return compact({
    wantsStreamUsage: typeof includesUsage === 'boolean' ? includesUsage : undefined,
    maxOutputTokens: numberOf(body.max_tokens),
    temperature: known(wire.temperature),
    topP: known(wire.top_p),
    presencePenalty: known(wire.presence_penalty),
    frequencyPenalty: known(wire.frequency_penalty),
    stop: readStop(body.stop),
    seed: known(wire.seed),
    choiceCount: numberOf(body.n),
    logprobs: typeof wire.logprobs === 'number' ? { top: wire.logprobs } : undefined,
    logitBias: isJsonObject(body.logit_bias) ? body.logit_bias : undefined,
    user: known(wire.user),
    extensions: readExtensions(body),
  })
}

/** The fields of a request beside its model and prompt, extensions included. */
export function writeOptions(request: ChatRequest, translation: Translation): JsonObject {
  for (const [word, field] of UNKNOWN_HERE) if (request[word] !== undefined) translation.drop(field)
  const riding = translation.ownExtensions(request)
  return {
    ...riding,
    ...compact({
      stream_options: writeStreamOptions(request, riding),
      max_tokens: request.maxOutputTokens,
      temperature: request.temperature,
      top_p: request.topP,
      presence_penalty: request.presencePenalty,
      frequency_penalty: request.frequencyPenalty,
      stop: request.stop,
      seed: request.seed,
      n: request.choiceCount,
      logprobs: request.logprobs && (request.logprobs.top ?? 0),
      logit_bias: request.logitBias,
      user: request.user,
    }),
  }
}

const TAKEN: ReadonlySet<string> = new Set([
  'model',
  'prompt',
  'suffix',
  'stream',
  'stream_options',
  'max_tokens',
  'temperature',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'stop',
  'seed',
  'n',
  'logprobs',
  'logit_bias',
  'user',
])
const INCLUDE_USAGE: ReadonlySet<string> = new Set(['include_usage'])

/** Words of the language that this protocol has no field for, and the names under which clients know them. */
const UNKNOWN_HERE = [
  ['tools', 'tools'],
  ['toolChoice', 'tool_choice'],
  ['parallelToolCalls', 'parallel_tool_calls'],
  ['topK', 'top_k'],
  ['responseFormat', 'response_format'],
  ['reasoning', 'reasoning_effort'],
  ['metadata', 'metadata'],
] as const satisfies readonly (readonly [keyof ChatRequest, string])[]

/** What is said at its default is as good as not said. */
function readExtensions(body: JsonObject): ChatRequest['extensions'] {
  const { echo, best_of: bestOf, ...rest } = restOf(body, TAKEN) ?? {}
  const fields = compact({
    ...rest,
    echo: echo === false ? undefined : echo,
    best_of: bestOf === 1 ? undefined : bestOf,
    stream_options: restOf(objectOf(body.stream_options), INCLUDE_USAGE),
  })
  return Object.keys(fields).length === 0 ? undefined : { protocol: PROTOCOL, fields }
}

/** OpenAI rejects `stream_options` where nothing is streamed. */
function writeStreamOptions(request: ChatRequest, riding: JsonObject): JsonObject | undefined {
  if (!request.isStreaming) return undefined
  const options = compact({ ...objectOf(riding.stream_options), include_usage: request.wantsStreamUsage })
  return Object.keys(options).length === 0 ? undefined : options
}

function readStop(stop: Json | undefined): readonly string[] | undefined {
  if (stop === undefined || stop === null) return undefined
  return typeof stop === 'string' ? [stop] : arrayOf(stop).flatMap((sequence) => stringOf(sequence) ?? [])
}

/** Null says as little as nothing. */
function known<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined
}
