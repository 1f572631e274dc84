import type { ChatProtocol } from '@gateway/core'
import { readCountTokensReply, readCountTokensRequest, writeCountTokensReply, writeCountTokensRequest } from './count-tokens.ts'
import { readError, writeError } from './error.ts'
import { readReply, writeReply } from './reply.ts'
import { openRequest, passRequest, readRequest, writeRequest } from './request.ts'
import { readStream, writeStream } from './stream.ts'
import { PROTOCOL } from './wire.ts'

export { geminiEmbeddings } from './embeddings.ts'
export { createJsonArrayWriter } from './json-array.ts'

/** Google's `generateContent` and `streamGenerateContent?alt=sse`. The model and streaming stand in the URL. */
export const gemini: ChatProtocol = {
  name: PROTOCOL,
  openRequest,
  readRequest,
  writeRequest,
  passRequest,
  readReply,
  writeReply,
  readStream,
  writeStream,
  readError,
  writeError,
}

/** `:countTokens`. */
export const geminiTokenCount: GeminiTokenCount = {
  readRequest: readCountTokensRequest,
  writeRequest: writeCountTokensRequest,
  readReply: readCountTokensReply,
  writeReply: writeCountTokensReply,
}

export interface GeminiTokenCount {
  readonly readRequest: typeof readCountTokensRequest
  readonly writeRequest: typeof writeCountTokensRequest
  readonly readReply: typeof readCountTokensReply
  readonly writeReply: typeof writeCountTokensReply
}
