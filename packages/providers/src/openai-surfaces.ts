import { anthropicMessages, openaiChat, openaiResponses } from '@gateway/protocols'
import type { SpokenProtocol } from './chat-surfaces.ts'

/** Where OpenAI has its protocols, and servers that copy it have theirs. */
export const chat: SpokenProtocol = { protocol: openaiChat, path: () => '/chat/completions' }
export const responses: SpokenProtocol = { protocol: openaiResponses, path: () => '/responses' }

/** Where Anthropic has its Messages, and servers that copy it have theirs. */
export const messages: SpokenProtocol = { protocol: anthropicMessages, path: () => '/messages' }
