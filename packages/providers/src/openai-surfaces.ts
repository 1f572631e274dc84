import type { EmbeddingsSurface } from '@gateway/core'
import { anthropicMessages, openaiCompletions, openaiEmbeddings, openaiResponses } from '@gateway/protocols'
import type { SpokenProtocol } from './chat-surfaces.ts'

/** Where OpenAI has its protocols, and servers that copy it have theirs. */
export const responses: SpokenProtocol = { protocol: openaiResponses, path: () => '/responses' }
export const completions: SpokenProtocol = { protocol: openaiCompletions, path: () => '/completions' }

/** Where Anthropic has its Messages, and servers that copy it have theirs. */
export const messages: SpokenProtocol = { protocol: anthropicMessages, path: () => '/messages' }

export const embeddings: EmbeddingsSurface = { protocol: openaiEmbeddings, path: () => '/embeddings' }
