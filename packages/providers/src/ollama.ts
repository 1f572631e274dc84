import type { ListedModel, ModelList } from '@gateway/core'
import { openaiChat } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'
import { dialectOf } from './dialect.ts'
import { openAiModelList } from './openai-model-list.ts'
import { completions, embeddings, messages, responses } from './openai-surfaces.ts'

const LATEST = ':latest'

const modelList: ModelList = { path: openAiModelList.path, read: (body) => openAiModelList.read(body).map(withLatest) }

/** Ollama, by its OpenAI surface. https://docs.ollama.com/api/openai-compatibility, https://docs.ollama.com/api/anthropic-compatibility */
export const ollama: ProviderFactory = defineProvider({
  name: 'ollama',
  isLocal: true,
  address: 'http://127.0.0.1:11434/v1',
  // It ignores max_completion_tokens, and then says as much as its context holds.
  protocol: dialectOf(openaiChat, { max_completion_tokens: 'max_tokens' }),
  alsoSpeaks: [messages, completions],
  // Its Responses call a cut answer completed, so they are translated unless a deployment asks for them (seen with 0.17.4).
  maySpeak: [responses],
  embeddings,
  takesOther: true,
  modelList,
})

/** Ollama takes a name without a tag for its `latest`. */
export function withLatest(model: ListedModel): ListedModel {
  return model.name.endsWith(LATEST) ? { ...model, aliases: [model.name.slice(0, -LATEST.length)] } : model
}
