import type { ModelList, Provider } from '@gateway/core'
import { openaiChat } from '@gateway/protocols'
import { defineProvider, type ProviderDeclaration, type ProviderFactory, type ProviderSettings } from './define-provider.ts'
import { modelPath } from './model-path.ts'
import { completions, embeddings, responses } from './openai-surfaces.ts'

/** Azure lists what could be deployed, not what is: the list shows only whether it is there. */
const modelList: ModelList = { path: '/models', read: () => [] }

const declaration: ProviderDeclaration = {
  name: 'azure-openai',
  isLocal: false,
  address: 'https://{resource}.openai.azure.com/openai/v1',
  protocol: openaiChat,
  alsoSpeaks: [responses, completions],
  embeddings,
  takesOther: true,
  modelList,
  authenticate: (apiKey) => ({ 'api-key': apiKey }),
}

const current = defineProvider(declaration)

/**
 * OpenAI's models at Azure, which calls them by the names of their deployments: `serves` says which there are. With `apiVersion`
 * the older addresses, one for each deployment. https://learn.microsoft.com/azure/ai-foundry/openai/latest
 */
export const azureOpenai: ProviderFactory = Object.assign(forVersion, { declaration })

function forVersion(settings: ProviderSettings = {}): Provider {
  return settings.apiVersion === undefined ? current(settings) : dated(settings.apiVersion)(settings)
}

function dated(apiVersion: string): ProviderFactory {
  const query = `?api-version=${encodeURIComponent(apiVersion)}`
  return defineProvider({
    ...declaration,
    address: 'https://{resource}.openai.azure.com/openai',
    chatPath: (model) => `${deployment(model)}/chat/completions${query}`,
    alsoSpeaks: [
      { ...responses, path: () => `/responses${query}` },
      { ...completions, path: (model) => `${deployment(model)}/completions${query}` },
    ],
    embeddings: { ...embeddings, path: (model) => `${deployment(model)}/embeddings${query}` },
    // Its other addresses have the version in their query, which a client of OpenAI's does not.
    takesOther: false,
    modelList: { ...modelList, path: `/models${query}` },
  })
}

function deployment(model: string): string {
  return `/deployments/${modelPath(model)}`
}
