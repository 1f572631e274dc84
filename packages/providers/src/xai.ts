import { openaiChat } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'
import { completions, messages, responses } from './openai-surfaces.ts'

/** xAI. Its completions are not for reasoning models, and it advises against its Messages. https://docs.x.ai */
export const xai: ProviderFactory = defineProvider({
  name: 'xai',
  isLocal: false,
  address: 'https://api.x.ai/v1',
  protocol: openaiChat,
  alsoSpeaks: [responses],
  maySpeak: [completions, messages],
  takesOther: true,
  serves: ['grok-*'],
})
