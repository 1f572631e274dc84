import { anthropicMessages } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'
import { modelListOf } from './openai-model-list.ts'

/** Anthropic. A request needs `max_tokens`, which the protocol adds where a client left it out. https://platform.claude.com/docs/en/api */
export const anthropic: ProviderFactory = defineProvider({
  name: 'anthropic',
  isLocal: false,
  address: 'https://api.anthropic.com/v1',
  protocol: anthropicMessages,
  chatPath: () => '/messages',
  // A page has 20 models unless asked for more.
  modelList: modelListOf({ path: '/models?limit=1000' }),
  authenticate: (apiKey) => ({ 'x-api-key': apiKey }),
  headers: { 'anthropic-version': '2023-06-01' },
  serves: ['claude-*'],
})
