import { openaiChat } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'
import { completions, messages } from './openai-surfaces.ts'

/** DeepSeek. Completions are a beta of its own, and its Messages leave parts of the protocol out. https://api-docs.deepseek.com */
export const deepseek: ProviderFactory = defineProvider({
  name: 'deepseek',
  isLocal: false,
  address: 'https://api.deepseek.com',
  protocol: openaiChat,
  maySpeak: [
    { ...messages, path: () => '/anthropic/v1/messages' },
    { ...completions, path: () => '/beta/completions' },
  ],
  takesOther: true,
  serves: ['deepseek-*'],
})
