export { anthropicMessages, readCountTokensRequest, writeCountTokensReply } from './anthropic-messages/index.ts'
export { createJsonArrayWriter, gemini, geminiEmbeddings, geminiTokenCount } from './gemini/index.ts'
export { openaiChat } from './openai-chat/index.ts'
export { scrub } from './scrub.ts'
