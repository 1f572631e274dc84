import { createAnthropic } from './anthropic/anthropic.ts'
import type { Api, Identity } from './api.ts'
import { createGemini } from './gemini/gemini.ts'
import { createOllama } from './ollama/ollama.ts'
import { createOpenAi } from './openai/openai.ts'
import type { ApiName } from './wire.ts'
import { createWorkersAi } from './workers-ai/workers-ai.ts'

/** The server of a vendor. */
export function createApi(name: ApiName, identity: Identity): Api {
  switch (name) {
    case 'openai':
      return createOpenAi(identity)
    case 'anthropic':
      return createAnthropic(identity)
    case 'gemini':
      return createGemini(identity)
    case 'workers-ai':
      return createWorkersAi(identity)
    case 'ollama':
      return createOllama(identity)
  }
}
