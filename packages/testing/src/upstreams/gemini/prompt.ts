import { countWords, DOCUMENT_TOKENS, IMAGE_TOKENS, MESSAGE_TOKENS, tokensOfEffort, toolsToCall } from '../prompt.ts'
import type { AnswerFormat, Prompt } from '../prompt.ts'
import { functionsOf, isFunctionAnswer } from './content-request.ts'
import type { Content, ContentRequest, GenerationConfig, Part } from './content-request.ts'

/** What the request asks. */
export function promptOf(request: ContentRequest, model: string): Prompt {
  const calling = request.toolConfig?.functionCallingConfig
  const allowed = calling?.allowedFunctionNames ?? []
  const config = request.generationConfig ?? {}
  const promptTokens = countContents(contentsOf(request)).reduce((sum, { tokenCount }) => sum + tokenCount, 0)
  return {
    model,
    lastUserText: userText(request.contents),
    promptTokens,
    cachedTokens: Math.floor(promptTokens / 4),
    choices: config.candidateCount ?? 1,
    calls: toolsToCall({
      tools: functionsOf(request).map((tool) => ({ name: tool.name, parameters: tool.parameters ?? tool.parametersJsonSchema })),
      isSilent: calling?.mode === 'NONE' || isFunctionAnswer(request.contents.at(-1)),
      forced: allowed.length === 1 ? allowed[0] : undefined,
      isParallel: true,
    }),
    format: formatOf(config),
    maxTokens: config.maxOutputTokens ?? Number.POSITIVE_INFINITY,
    stops: config.stopSequences ?? [],
    thoughtTokens: thoughtTokens(config.thinkingConfig),
  }
}

/** Everything that the model reads. */
export function contentsOf(request: ContentRequest): readonly Content[] {
  return request.systemInstruction === undefined ? request.contents : [request.systemInstruction, ...request.contents]
}

/** The text of the last content that a person wrote. */
export function userText(contents: readonly Content[]): string {
  const texts = contents.filter((entry) => entry.role !== 'model').map(textOf)
  return texts.findLast((text) => text !== '') ?? ''
}

/** The text of a content. */
export function textOf(entry: Content): string {
  return (entry.parts ?? []).map((part) => part.text ?? '').join('')
}

export interface ModalityCount {
  readonly modality: Modality
  readonly tokenCount: number
}

type Modality = 'TEXT' | 'IMAGE' | 'AUDIO' | 'VIDEO' | 'DOCUMENT'

/** Tokens by the kind of what they stand for; kinds that do not occur are left out, but for text. */
export function countContents(contents: readonly Content[]): readonly ModalityCount[] {
  const counts = new Map<Modality, number>([['TEXT', contents.length * MESSAGE_TOKENS]])
  for (const part of contents.flatMap((entry) => entry.parts ?? [])) {
    const { modality, tokenCount } = countPart(part)
    counts.set(modality, (counts.get(modality) ?? 0) + tokenCount)
  }
  return [...counts].map(([modality, tokenCount]) => ({ modality, tokenCount }))
}

function countPart(part: Part): ModalityCount {
  const data = part.inlineData ?? part.fileData
  if (data === undefined) {
    const { thoughtSignature: _, ...said } = part
    return { modality: 'TEXT', tokenCount: countWords(part.text ?? JSON.stringify(said)) }
  }
  const kind = (data.mimeType ?? '').split('/')[0]
  if (kind === 'image') return { modality: 'IMAGE', tokenCount: IMAGE_TOKENS }
  if (kind === 'audio') return { modality: 'AUDIO', tokenCount: DOCUMENT_TOKENS }
  return { modality: kind === 'video' ? 'VIDEO' : 'DOCUMENT', tokenCount: DOCUMENT_TOKENS }
}

function formatOf(config: GenerationConfig): AnswerFormat {
  if (config.responseMimeType !== 'application/json') return { kind: 'text' }
  const schema = config.responseSchema ?? config.responseJsonSchema
  return schema === undefined ? { kind: 'json' } : { kind: 'schema', schema }
}

/** A hundredth of the budget, or what the level is worth; -1 leaves it to the model. */
function thoughtTokens(thinking: GenerationConfig['thinkingConfig']): number {
  if (thinking?.thinkingLevel !== undefined) return tokensOfEffort(thinking.thinkingLevel.toLowerCase())
  const budget = thinking?.thinkingBudget ?? (thinking?.includeThoughts === true ? -1 : 0)
  return budget < 0 ? tokensOfEffort('medium') : Math.ceil(budget / 100)
}
