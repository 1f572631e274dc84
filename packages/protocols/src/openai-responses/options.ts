import { isJsonObject } from '@gateway/core'
import type { ChatRequest, Json, JsonObject, Reasoning } from '@gateway/core'
import { checkBody } from '../check-body.ts'
import { compact } from '../compact.ts'
import { arrayOf, numberOf, objectOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { readExtensions, writeExtensions } from './extensions.ts'
import { readResponseFormat, readToolChoice, readTools, writeResponseFormat, writeToolChoice, writeTools } from './tools.ts'
import { translatedSchema } from './wire.ts'

type Options = Omit<ChatRequest, 'model' | 'messages' | 'isStreaming'>

/** Everything a request says beside its model and its input. */
export function readOptions(body: JsonObject): Options {
  const wire = checkBody(translatedSchema, body)
  const included = wire.include ?? []
  const hasLogprobs = included.includes(LOGPROBS)
  const responseFormat = readResponseFormat(objectOf(body.text).format)
  const options = compact({
    // The usage of a stream stands in its last event, asked or not.
    wantsStreamUsage: true,
    tools: readTools(body.tools),
    toolChoice: readToolChoice(body.tool_choice),
    parallelToolCalls: known(wire.parallel_tool_calls),
    maxOutputTokens: numberOf(body.max_output_tokens),
    temperature: known(wire.temperature),
    topP: known(wire.top_p),
    responseFormat,
    reasoning: readReasoningOptions(objectOf(body.reasoning)),
    wantsEncryptedReasoning: included.includes(ENCRYPTED) || undefined,
    logprobs: hasLogprobs ? compact({ top: known(wire.top_logprobs) }) : undefined,
    user: known(wire.user),
    metadata: isJsonObject(body.metadata) ? body.metadata : undefined,
    // Who does not say no expects the vendor to keep the answer. Nobody else does.
    emulated: wire.store === false ? undefined : [STORE],
  })
  const rest = {
    ...restOf(body, hasLogprobs ? TAKEN_WITH_LOGPROBS : TAKEN),
    include: othersIncluded(included),
    text: restOf(objectOf(body.text), responseFormat === undefined ? NOTHING : FORMAT),
    reasoning: restOf(objectOf(body.reasoning), objectOf(body.reasoning).summary === AUTO ? EFFORT_AND_SUMMARY : EFFORT),
  }
  return compact({ ...options, extensions: readExtensions(compact(rest)) })
}

/** The fields of a request beside its model and input, extensions included. */
export function writeOptions(request: ChatRequest, translation: Translation): JsonObject {
  dropUnknown(request, translation)
  const riding = writeExtensions(request.extensions, translation)
  return {
    ...riding,
    ...compact({
      tools: request.tools && writeTools(request.tools, translation),
      tool_choice: writeToolChoice(request.toolChoice, translation),
      parallel_tool_calls: request.parallelToolCalls,
      max_output_tokens: request.maxOutputTokens,
      temperature: request.temperature,
      top_p: request.topP,
      top_logprobs: request.logprobs?.top ?? riding.top_logprobs,
      text: merged(riding.text, { format: writeResponseFormat(request.responseFormat) }),
      reasoning: writeReasoningOptions(request, riding),
      include: writeInclude(request, riding),
      user: request.user,
      metadata: request.metadata,
    }),
    // Who did not ask for it does not expect the vendor to keep the answer.
    store: riding.store === true || (request.emulated ?? []).includes(STORE),
  }
}

const STORE = 'store'
const LOGPROBS = 'message.output_text.logprobs'
const ENCRYPTED = 'reasoning.encrypted_content'

const TAKEN: ReadonlySet<string> = new Set([
  'model',
  'input',
  'instructions',
  'stream',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_output_tokens',
  'temperature',
  'top_p',
  'include',
  'text',
  'reasoning',
  'store',
  'user',
  'metadata',
  // Refused where they say anything.
  'previous_response_id',
  'conversation',
  'prompt',
  'background',
])
const TAKEN_WITH_LOGPROBS: ReadonlySet<string> = new Set([...TAKEN, 'top_logprobs'])
const NOTHING: ReadonlySet<string> = new Set()
const FORMAT: ReadonlySet<string> = new Set(['format'])
const EFFORT: ReadonlySet<string> = new Set(['effort'])
const EFFORT_AND_SUMMARY: ReadonlySet<string> = new Set(['effort', 'summary'])

/** The vendor shows a summary of what the model thinks where one is asked for; of which kind, `auto` leaves to it. */
const AUTO = 'auto'

/** Words of the language that this protocol has no field for, and the names under which clients know them. */
const UNKNOWN_HERE = [
  ['topK', 'top_k'],
  ['presencePenalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['stop', 'stop'],
  ['seed', 'seed'],
  ['logitBias', 'logit_bias'],
] as const satisfies readonly (readonly [keyof ChatRequest, string])[]

function dropUnknown(request: ChatRequest, translation: Translation): void {
  for (const [word, field] of UNKNOWN_HERE) if (request[word] !== undefined) translation.drop(field)
  if ((request.choiceCount ?? 1) > 1) translation.drop('n')
  if (request.reasoning?.budgetTokens !== undefined) translation.drop('reasoning.budget_tokens')
}

function writeInclude({ wantsEncryptedReasoning, logprobs }: ChatRequest, riding: JsonObject): readonly Json[] | undefined {
  const encrypted = wantsEncryptedReasoning === true ? [ENCRYPTED] : []
  const include = [...arrayOf(riding.include), ...encrypted, ...(logprobs === undefined ? [] : [LOGPROBS])]
  return include.length === 0 ? undefined : include
}

function readReasoningOptions({ effort, summary }: JsonObject): Reasoning | undefined {
  const options = compact({ effort: stringOf(effort), isShown: stringOf(summary) === undefined ? undefined : true })
  return Object.keys(options).length === 0 ? undefined : options
}

function writeReasoningOptions({ reasoning }: ChatRequest, riding: JsonObject): JsonObject | undefined {
  const summary = objectOf(riding.reasoning).summary ?? (reasoning?.isShown === true ? AUTO : undefined)
  return merged(riding.reasoning, { effort: reasoning?.effort, summary })
}

function othersIncluded(included: readonly string[]): readonly string[] | undefined {
  const others = included.filter((name) => name !== LOGPROBS && name !== ENCRYPTED)
  return others.length === 0 ? undefined : others
}

function merged(riding: Json | undefined, fields: { readonly [field: string]: Json | undefined }): JsonObject | undefined {
  const all = compact({ ...objectOf(riding), ...compact(fields) })
  return Object.keys(all).length === 0 ? undefined : all
}

/** Null says as little as nothing. */
function known<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined
}
