import { isJsonObject, type ListedModel, type ModelList } from '@gateway/core'
import { ollamaChat } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'
import { withLatest } from './ollama.ts'

/** `{ models: [{ name }] }`. */
const modelList: ModelList = {
  path: '/api/tags',
  read(body) {
    const rows: unknown = isJsonObject(body) ? body['models'] : []
    return Array.isArray(rows) ? rows.filter(isJsonObject).flatMap(toModel) : []
  },
}

function toModel({ name }: { readonly [field: string]: unknown }): readonly ListedModel[] {
  return typeof name === 'string' && name !== '' ? [withLatest({ name })] : []
}

/** A server that speaks Ollama's own protocol and not OpenAI's. https://docs.ollama.com/api */
export const ollamaNative: ProviderFactory = defineProvider({
  name: 'ollama-native',
  isLocal: true,
  address: 'http://127.0.0.1:11434',
  protocol: ollamaChat,
  chatPath: () => '/api/chat',
  modelList,
})
