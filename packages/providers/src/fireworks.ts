import { openaiChat } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'
import { completions, embeddings, messages, responses } from './openai-surfaces.ts'

/** Fireworks names models `accounts/…/models/…`; its Messages leave parts of the protocol out. https://docs.fireworks.ai */
export const fireworks: ProviderFactory = defineProvider({
  name: 'fireworks',
  isLocal: false,
  address: 'https://api.fireworks.ai/inference/v1',
  protocol: openaiChat,
  alsoSpeaks: [responses, completions],
  maySpeak: [messages],
  embeddings,
  takesOther: true,
  serves: ['accounts/fireworks/*'],
})
