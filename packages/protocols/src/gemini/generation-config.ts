import type { ChatRequest, Json, JsonObject, Reasoning } from '@gateway/core'
import { checkBody } from '../check-body.ts'
import { compact } from '../compact.ts'
import { isJsonArray, numberOf, objectOf, restOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { readResponseFormat, writeResponseFormat } from './response-format.ts'
import { readThinking, writeThinking } from './thinking.ts'
import { generationSchema } from './wire.ts'

export type GenerationOptions = Pick<
  ChatRequest,
  | 'maxOutputTokens'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'presencePenalty'
  | 'frequencyPenalty'
  | 'stop'
  | 'seed'
  | 'choiceCount'
  | 'responseFormat'
  | 'reasoning'
  | 'logprobs'
>

export interface ReadGeneration {
  readonly options: GenerationOptions
  /** Fields that the language has no word for. */
  readonly rest: JsonObject | undefined
}

/** `config` is a `generationConfig` in camelCase. */
export function readGenerationConfig(config: JsonObject): ReadGeneration {
  const { generationConfig: wire } = checkBody(generationSchema, { generationConfig: config })
  const { format, taken } = readResponseFormat(config)
  const thinking = readThinking(config.thinkingConfig)
  const hasLogprobs = wire.responseLogprobs === true
  const options = compact({
    ...readNumbers(config),
    stop: wire.stopSequences ?? undefined,
    responseFormat: format,
    reasoning: thinking.reasoning,
    logprobs: hasLogprobs ? compact({ top: wire.logprobs ?? undefined }) : undefined,
  })
  const known = new Set([
    ...PLAIN_FIELDS,
    ...taken,
    ...(hasLogprobs ? ['responseLogprobs', 'logprobs'] : []),
    ...(isTextOnly(config.responseModalities) ? ['responseModalities'] : []),
  ])
  const rest = compact({ ...restOf(config, known), thinkingConfig: thinking.rest })
  return { options, rest: Object.keys(rest).length === 0 ? undefined : rest }
}

/** `riding` are fields of this protocol that came along; what the language says counts before them. */
export function writeGenerationConfig(request: ChatRequest, riding: JsonObject, translation: Translation): JsonObject {
  const { reasoning } = request
  const thinking = {
    ...objectOf(riding.thinkingConfig),
    ...(reasoning && writeThinking(asShown(request, reasoning), request.model, translation)),
  }
  return {
    ...riding,
    ...compact({
      maxOutputTokens: request.maxOutputTokens,
      temperature: request.temperature,
      topP: request.topP,
      topK: request.topK,
      presencePenalty: request.presencePenalty,
      frequencyPenalty: request.frequencyPenalty,
      stopSequences: request.stop,
      seed: request.seed,
      candidateCount: request.choiceCount,
      responseLogprobs: request.logprobs && true,
      logprobs: request.logprobs?.top,
    }),
    ...writeResponseFormat(request.responseFormat, translation),
    ...(Object.keys(thinking).length > 0 && { thinkingConfig: thinking }),
  }
}

/** Fields that a word of the language covers whatever they say. */
const PLAIN_FIELDS = [
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'presencePenalty',
  'frequencyPenalty',
  'stopSequences',
  'seed',
  'candidateCount',
  'thinkingConfig',
] as const

function readNumbers(config: JsonObject): GenerationOptions {
  return compact({
    maxOutputTokens: numberOf(config.maxOutputTokens),
    temperature: numberOf(config.temperature),
    topP: numberOf(config.topP),
    topK: numberOf(config.topK),
    presencePenalty: numberOf(config.presencePenalty),
    frequencyPenalty: numberOf(config.frequencyPenalty),
    seed: numberOf(config.seed),
    choiceCount: numberOf(config.candidateCount),
  })
}

/** A client that sends thoughts back has to get them, which Google leaves out unless asked; and it refuses to show those of a model that has none. */
function asShown({ wantsEncryptedReasoning }: ChatRequest, reasoning: Reasoning): Reasoning {
  const isThinking = reasoning.effort !== 'none' && reasoning.budgetTokens !== 0
  return wantsEncryptedReasoning === true && isThinking ? { isShown: true, ...reasoning } : reasoning
}

/** Some clients name text as the only form of the answer, which it is anyhow. */
function isTextOnly(modalities: Json | undefined): boolean {
  return isJsonArray(modalities) && modalities.length === 1 && modalities[0] === 'TEXT'
}
