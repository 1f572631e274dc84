import { isJsonObject, type JsonObject, type ListedModel, type ModelList } from '@gateway/core'

/** OpenAI's list, which most servers copy: `{ data: [{ id }] }`. Others add the context window, each under a name of its own. */
export const openAiModelList: ModelList = modelListOf()

/** OpenAI's list at another path, or without the rows that are no models for text. */
export function modelListOf({ path = '/models', accepts = () => true }: ModelListOptions = {}): ModelList {
  return { path, read: (body) => rowsOf(body).flatMap((row) => (accepts(row) ? toModel(row) : [])) }
}

export interface ModelListOptions {
  readonly path?: string
  readonly accepts?: (row: JsonObject) => boolean
}

/** Together sends the bare array. */
function rowsOf(body: unknown): readonly JsonObject[] {
  const rows: unknown = isJsonObject(body) ? body['data'] : body
  return Array.isArray(rows) ? rows.filter(isJsonObject) : []
}

function toModel(row: JsonObject): readonly ListedModel[] {
  const name = row['id']
  if (typeof name !== 'string' || name === '') return []
  const contextWindow = WINDOW_FIELDS.map((field) => row[field]).find(isCount)
  const aliases = Array.isArray(row['aliases']) ? row['aliases'].filter((alias) => typeof alias === 'string' && alias !== name) : []
  return [{ name, ...(isCount(contextWindow) ? { contextWindow } : {}), ...(aliases.length > 0 ? { aliases } : {}) }]
}

/** Groq; OpenRouter, Together and Fireworks; Mistral; Anthropic; vLLM. */
const WINDOW_FIELDS = ['context_window', 'context_length', 'max_context_length', 'max_input_tokens', 'max_model_len'] as const

/** Zero stands for unknown. */
function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}
