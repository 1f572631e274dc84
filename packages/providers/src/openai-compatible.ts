import { openaiChat } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'
import { completions, embeddings, messages, responses } from './openai-surfaces.ts'

/** Any server that speaks OpenAI's protocol: vLLM, LM Studio, SGLang, TGI, a gateway. Its address is the deployment's to say, and what it speaks beside chat. */
export const openaiCompatible: ProviderFactory = defineProvider({
  name: 'openai-compatible',
  isLocal: false,
  address: null,
  protocol: openaiChat,
  maySpeak: [responses, messages, completions],
  embeddings,
  takesOther: true,
})
