import type { SdkClient } from './client.ts'
import { aiSdkClients } from './clients/ai-sdk.ts'
import { anthropic } from './clients/anthropic.ts'
import { googleGenai } from './clients/google-genai.ts'
import { groq } from './clients/groq.ts'
import { langchainClients } from './clients/langchain.ts'
import { openaiChat } from './clients/openai-chat.ts'
import { openaiResponses } from './clients/openai-responses.ts'

/** Every client; a new one is its file and its line here. */
export const CLIENTS: readonly SdkClient[] = [
  openaiChat,
  openaiResponses,
  anthropic,
  googleGenai,
  groq,
  ...aiSdkClients,
  ...langchainClients,
]
