import { openaiChat } from '@gateway/protocols'
import { defineProvider, type ProviderFactory } from './define-provider.ts'
import { completions, embeddings, messages, responses } from './openai-surfaces.ts'

/** llama-server of llama.cpp. https://github.com/ggml-org/llama.cpp/tree/master/tools/server */
export const llamacpp: ProviderFactory = defineProvider({
  name: 'llamacpp',
  isLocal: true,
  address: 'http://127.0.0.1:8080/v1',
  protocol: openaiChat,
  alsoSpeaks: [messages, completions],
  // Its Responses have events without output_index, which OpenAI's client does not read, and call a cut answer completed.
  maySpeak: [responses],
  embeddings,
  takesOther: true,
})
