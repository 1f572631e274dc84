import { isJsonObject, type JsonObject, type ListedModel, type ModelList } from '@gateway/core'
import { openaiChat, workersAi as workersAiProtocol, workersAiEmbeddings } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from '../define-provider.ts'
import { modelPath } from '../model-path.ts'

const path = (model: string): string => `/run/${modelPath(model)}`

/** Cloudflare's Workers AI over its REST API; in a Worker `workersAiBinding` saves the way. https://developers.cloudflare.com/workers-ai */
export const workersAi: ProviderFactory = defineProvider({
  name: 'workers-ai',
  isLocal: false,
  address: 'https://api.cloudflare.com/client/v4/accounts/{accountId}/ai',
  protocol: workersAiProtocol,
  chatPath: path,
  // Its streams say twice that they are finished, and have no role, on which OpenAI's SDK stumbles.
  alsoSpeaks: [{ protocol: openaiChat, path: () => '/v1/chat/completions', habits: { breaksProtocol: true } }],
  embeddings: { protocol: workersAiEmbeddings, path },
  modelList: modelListAt('/models/search?per_page=100'),
  serves: ['@cf/*', '@hf/*'],
})

/** `{ result: [{ name, task: { name }, properties: [{ property_id, value }] }] }`, those for text. */
function modelListAt(listPath: string): ModelList {
  return {
    path: listPath,
    read(body) {
      const rows: unknown = isJsonObject(body) ? body['result'] : []
      return Array.isArray(rows) ? rows.filter(isJsonObject).flatMap(toModel) : []
    },
  }
}

const FOR_TEXT: ReadonlySet<unknown> = new Set(['Text Generation', 'Text Embeddings'])

function toModel(row: JsonObject): readonly ListedModel[] {
  const { name, task, properties } = row
  if (typeof name !== 'string' || name === '') return []
  if (!isJsonObject(task) || !FOR_TEXT.has(task['name'])) return []
  const windows = Array.isArray(properties) ? properties.filter(isJsonObject).filter((one) => one['property_id'] === 'context_window') : []
  // Numbers are texts there.
  const contextWindow = Number(windows[0]?.['value'])
  return [{ name, ...(Number.isSafeInteger(contextWindow) && contextWindow > 0 ? { contextWindow } : {}) }]
}
