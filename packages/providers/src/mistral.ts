import { openaiChat } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'
import { dialectOf } from './dialect.ts'
import { embeddings } from './openai-surfaces.ts'

/** Mistral, which answers 422 to fields that it does not know. https://docs.mistral.ai/api */
export const mistral: ProviderFactory = defineProvider({
  name: 'mistral',
  isLocal: false,
  address: 'https://api.mistral.ai/v1',
  protocol: dialectOf(openaiChat, { max_completion_tokens: 'max_tokens', seed: 'random_seed' }),
  embeddings,
  takesOther: true,
  // Its streams hold usage unasked.
  habits: { refusesStreamUsage: true },
  serves: ['mistral-*', 'ministral-*', 'magistral-*', 'codestral-*', 'devstral-*', 'pixtral-*', 'open-mistral-*', 'open-mixtral-*'],
})
