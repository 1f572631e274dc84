import { openaiChat } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'
import { modelListOf } from './openai-model-list.ts'
import { completions, embeddings } from './openai-surfaces.ts'

const FOR_TEXT: ReadonlySet<unknown> = new Set([undefined, 'chat', 'language', 'code', 'embedding'])

/** Together, whose list holds images, sounds and rerankers as well. https://docs.together.ai */
export const together: ProviderFactory = defineProvider({
  name: 'together',
  isLocal: false,
  address: 'https://api.together.xyz/v1',
  protocol: openaiChat,
  alsoSpeaks: [completions],
  embeddings,
  takesOther: true,
  modelList: modelListOf({ accepts: (row) => FOR_TEXT.has(row['type']) }),
})
