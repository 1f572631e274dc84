import type { ListedModel, ModelList } from '@gateway/core'
import { openaiChat } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'
import { openAiModelList } from './openai-model-list.ts'
import { completions, embeddings, messages, responses } from './openai-surfaces.ts'

const LATEST = ':latest'

const modelList: ModelList = { path: openAiModelList.path, read: (body) => openAiModelList.read(body).map(withLatest) }

/** Ollama, by its OpenAI surface. https://docs.ollama.com/api/openai-compatibility, https://docs.ollama.com/api/anthropic-compatibility */
export const ollama: ProviderFactory = defineProvider({
  name: 'ollama',
  isLocal: true,
  address: 'http://127.0.0.1:11434/v1',
  protocol: openaiChat,
  alsoSpeaks: [responses, messages, completions],
  embeddings,
  takesOther: true,
  modelList,
})

/** Ollama takes a name without a tag for its `latest`. */
export function withLatest(model: ListedModel): ListedModel {
  return model.name.endsWith(LATEST) ? { ...model, aliases: [model.name.slice(0, -LATEST.length)] } : model
}
