import type { ChatRequest, Json, JsonObject, Reasoning, ResponseFormat } from '@gateway/core'
import { isJsonObject } from '@gateway/core'
import { checkBody } from '../check-body.ts'
import { compact } from '../compact.ts'
import { isJsonArray, objectOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { claudeAbilities } from './claude-version.ts'
import { readOutputFormat, writeOutputFormat } from './output-format.ts'
import { isThinking, limitThinking } from './thinking-limits.ts'
import { readThinking, writeThinking } from './thinking.ts'
import { readToolChoice, readTools, writeToolChoice, writeTools } from './tools.ts'
import { translatedSchema } from './wire.ts'

type Options = Omit<ChatRequest, 'model' | 'messages' | 'isStreaming' | 'maxOutputTokens' | 'extensions'>

/** What a request says beside its model, messages and limit, and the fields that ride along with no word of the language. */
export function readOptions(body: JsonObject): { readonly options: Options; readonly fields: JsonObject | undefined } {
  const wire = checkBody(translatedSchema, body)
  const config = objectOf(body.output_config)
  const { reasoning, taken } = readThinking(body.thinking, config.effort)
  const { responseFormat, takenFrom } = readFormat(body)
  const user = stringOf(objectOf(body.metadata).user_id)
  const options = compact({
    // This protocol always sends it.
    wantsStreamUsage: true,
    tools: isJsonArray(body.tools) ? readTools(body.tools) : undefined,
    ...readToolChoice(body.tool_choice),
    temperature: wire.temperature ?? undefined,
    topP: wire.top_p ?? undefined,
    topK: wire.top_k ?? undefined,
    stop: wire.stop_sequences ?? undefined,
    responseFormat,
    reasoning,
    // Thoughts always come in the form in which they can be sent back.
    wantsEncryptedReasoning: (reasoning !== undefined && reasoning.budgetTokens !== 0) || undefined,
    user,
  })
  const takenConfig = [...taken, ...(takenFrom === 'output_config' ? ['format'] : [])]
  const rest = compact({
    ...restOf(body, PLAIN_FIELDS),
    metadata: restOf(objectOf(body.metadata), new Set(user === undefined ? [] : ['user_id'])),
    thinking: taken.includes('thinking') ? undefined : body.thinking,
    output_config: restOf(config, new Set(takenConfig)),
    output_format: takenFrom === 'output_format' ? undefined : body.output_format,
  })
  return { options, fields: restOf(rest, new Set()) }
}

interface ReadFormat {
  readonly responseFormat?: ResponseFormat
  readonly takenFrom?: 'output_config' | 'output_format'
}

/** The vendor has moved `output_format` to `output_config.format`, and still takes both. */
function readFormat(body: JsonObject): ReadFormat {
  const current = readOutputFormat(objectOf(body.output_config).format)
  if (current !== undefined) return { responseFormat: current, takenFrom: 'output_config' }
  const former = readOutputFormat(body.output_format)
  return former === undefined ? {} : { responseFormat: former, takenFrom: 'output_format' }
}

/** The fields of a request beside its model and messages, extensions included. `messages` are as they were written. */
export function writeOptions(request: ChatRequest, messages: Json | undefined, translation: Translation): JsonObject {
  const riding = translation.ownExtensions(request)
  dropUnknown(request, translation)
  const reasoning = withoutRidingEffort(request.reasoning, riding)
  const target = { model: request.model, maxOutputTokens: request.maxOutputTokens }
  const written = limitThinking(writeThinking(reasoning, target, translation), { request, messages }, translation)
  const { thinking, effort, budgetTokens } = written
  const tools = request.tools && writeTools(request.tools, translation)
  const config = compact({ effort, format: writeOutputFormat(request.responseFormat, translation), ...objectOf(riding.output_config) })
  const metadata = compact({ user_id: request.user, ...objectOf(riding.metadata) })
  return compact({
    thinking,
    tools,
    tool_choice: writeToolChoice(request, tools, translation),
    ...writeSampling(request, isThinking(written), translation),
    stop_sequences: writeStop(request.stop, translation),
    ...riding,
    max_tokens: request.maxOutputTokens ?? defaultLimit(budgetTokens, translation),
    output_config: Object.keys(config).length === 0 ? undefined : config,
    metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
  })
}

const PLAIN_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'max_tokens',
  'stream',
  'tools',
  'tool_choice',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'metadata',
  'thinking',
  'output_config',
  'output_format',
])

/** Tokens of an answer where the client set no limit, without those for thoughts: the vendor requires a limit. */
const DEFAULT_MAX_TOKENS = 4096

function defaultLimit(budgetTokens: number, translation: Translation): number {
  translation.change('emulated', 'max_tokens')
  return DEFAULT_MAX_TOKENS + budgetTokens
}

/** What the client said in its own words goes on in them. */
function withoutRidingEffort(reasoning: Reasoning | undefined, riding: JsonObject): Reasoning | undefined {
  const hasOwnMode = isJsonObject(riding.thinking) || objectOf(riding.output_config).effort !== undefined
  return hasOwnMode && reasoning?.budgetTokens === undefined ? undefined : reasoning
}

/** Reports what Claude has no word for, where it says anything but the default. */
function dropUnknown(request: ChatRequest, translation: Translation): void {
  if ((request.choiceCount ?? 1) > 1) translation.drop('n')
  if (request.presencePenalty) translation.drop('presence_penalty')
  if (request.frequencyPenalty) translation.drop('frequency_penalty')
  if (request.seed !== undefined) translation.drop('seed')
  if (request.logprobs !== undefined) translation.drop('logprobs')
  if (request.logitBias !== undefined) translation.drop('logit_bias')
  if (request.metadata !== undefined) translation.drop('metadata')
}

/** The last of each is what the vendor does where nothing is said. */
const SAMPLING = [
  ['temperature', 'temperature', 1],
  ['top_p', 'topP', 1],
  ['top_k', 'topK', null],
] as const satisfies readonly (readonly [string, keyof ChatRequest, number | null])[]

/** Temperatures end at 1 here. Newer models take none of these, nor does one that thinks; those of 4.1 and later not both of the first two. */
function writeSampling(request: ChatRequest, hasThoughts: boolean, translation: Translation): JsonObject {
  if (hasThoughts || !claudeAbilities(request.model).takesSampling) {
    for (const [field, word, preset] of SAMPLING) if (request[word] !== undefined && request[word] !== preset) translation.drop(field)
    return {}
  }
  const { temperature, topP, topK } = request
  if (temperature !== undefined && temperature > 1) translation.change('emulated', 'temperature')
  return compact({
    temperature: temperature === undefined ? undefined : Math.min(temperature, 1),
    // OpenAI's clients often send both, one of them the default that says nothing.
    top_p: topP === 1 && temperature !== undefined ? undefined : topP,
    top_k: topK,
  })
}

/** The vendor rejects a sequence of nothing but blanks. */
function writeStop(stop: readonly string[] | undefined, translation: Translation): readonly string[] | undefined {
  const sequences = stop?.filter((sequence) => sequence.trim() !== '')
  if (sequences?.length !== stop?.length) translation.drop('stop')
  return sequences?.length === 0 && stop?.length !== 0 ? undefined : sequences
}
