import type { ModelList } from '@gateway/core'
import { openaiChat } from '@gateway/protocols'
import { defineProvider, openAiModelList, type ProviderFactory } from './define-provider.ts'

const LATEST = ':latest'

/** OpenAI's list; Ollama takes a name without a tag for its `latest`. */
const modelList: ModelList = {
  path: openAiModelList.path,
  read: (body) =>
    openAiModelList
      .read(body)
      .map((model) => (model.name.endsWith(LATEST) ? { ...model, aliases: [model.name.slice(0, -LATEST.length)] } : model)),
}

/** Ollama, by its OpenAI surface. https://github.com/ollama/ollama/blob/main/docs/openai.md */
export const ollama: ProviderFactory = defineProvider({
  name: 'ollama',
  isLocal: true,
  address: 'http://127.0.0.1:11434/v1',
  protocol: openaiChat,
  modelList,
})
