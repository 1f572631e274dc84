/** The vendor's errors are the same in all of its protocols. */
export { readError, writeError } from '../openai-chat/error.ts'
