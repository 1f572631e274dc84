import { openaiChat } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'
import { completions, embeddings, responses } from './openai-surfaces.ts'

/** OpenAI. https://platform.openai.com/docs/api-reference */
export const openai: ProviderFactory = defineProvider({
  name: 'openai',
  isLocal: false,
  address: 'https://api.openai.com/v1',
  protocol: openaiChat,
  alsoSpeaks: [responses, completions],
  embeddings,
  takesOther: true,
  serves: ['gpt-*', 'chatgpt-*', 'o1*', 'o3*', 'o4*'],
})
