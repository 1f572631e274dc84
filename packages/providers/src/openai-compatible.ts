import { openaiChat } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'

/** Any server that speaks OpenAI's protocol: vLLM, LM Studio, SGLang, TGI, a gateway. Its address is the deployment's to say. */
export const openaiCompatible: ProviderFactory = defineProvider({
  name: 'openai-compatible',
  isLocal: false,
  address: null,
  protocol: openaiChat,
})
