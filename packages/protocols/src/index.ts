export { openaiChat } from './openai-chat/index.ts'
export { scrub } from './scrub.ts'
