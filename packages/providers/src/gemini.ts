import { isJsonObject, type ListedModel, type ModelList } from '@gateway/core'
import { gemini as geminiProtocol, geminiEmbeddings } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'
import { modelPath } from './model-path.ts'

/** `{ models: [{ name: 'models/…', inputTokenLimit, supportedGenerationMethods }] }`, those that chat. */
const modelList: ModelList = {
  // A page has 50 models unless asked for more.
  path: '/models?pageSize=1000',
  read(body) {
    const rows: unknown = isJsonObject(body) ? body['models'] : []
    return Array.isArray(rows) ? rows.flatMap(toModel) : []
  },
}

function toModel(row: unknown): readonly ListedModel[] {
  if (!isJsonObject(row) || typeof row['name'] !== 'string') return []
  const methods = row['supportedGenerationMethods']
  if (!Array.isArray(methods) || !methods.includes('generateContent')) return []
  const contextWindow = row['inputTokenLimit']
  const isKnown = typeof contextWindow === 'number' && Number.isSafeInteger(contextWindow) && contextWindow > 0
  return [{ name: row['name'].replace(/^models\//, ''), ...(isKnown ? { contextWindow } : {}) }]
}

/** Google's Gemini API, in its own protocol. https://ai.google.dev/api */
export const gemini: ProviderFactory = defineProvider({
  name: 'gemini',
  isLocal: false,
  address: 'https://generativelanguage.googleapis.com/v1beta',
  protocol: geminiProtocol,
  chatPath: (model, isStreaming) => `/models/${modelPath(model)}:${isStreaming ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  embeddings: {
    protocol: geminiEmbeddings,
    path: (model, count) => `/models/${modelPath(model)}:${count === 1 ? 'embedContent' : 'batchEmbedContents'}`,
  },
  modelList,
  // Not in the URL, where logs and proxies would see it.
  authenticate: (apiKey) => ({ 'x-goog-api-key': apiKey }),
  serves: ['gemini-*'],
})
