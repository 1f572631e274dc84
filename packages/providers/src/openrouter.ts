import { openaiChat } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'
import { completions, embeddings, messages, responses } from './openai-surfaces.ts'

/** OpenRouter names models `vendor/model`. https://openrouter.ai/docs */
export const openrouter: ProviderFactory = defineProvider({
  name: 'openrouter',
  isLocal: false,
  address: 'https://openrouter.ai/api/v1',
  protocol: openaiChat,
  alsoSpeaks: [responses, completions],
  maySpeak: [messages],
  embeddings,
  takesOther: true,
  serves: ['*/*'],
})
