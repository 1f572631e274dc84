import { openaiChat } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'
import { responses } from './openai-surfaces.ts'

/** Groq. https://console.groq.com/docs/openai */
export const groq: ProviderFactory = defineProvider({
  name: 'groq',
  isLocal: false,
  address: 'https://api.groq.com/openai/v1',
  protocol: openaiChat,
  alsoSpeaks: [responses],
  takesOther: true,
})
