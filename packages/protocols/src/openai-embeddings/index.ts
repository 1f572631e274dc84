import type { EmbeddingsProtocol } from '@gateway/core'
import { readError, writeError } from './error.ts'
import { readReply, writeReply } from './reply.ts'
import { openRequest, passRequest, readRequest, writeRequest } from './request.ts'
import { PROTOCOL } from './wire.ts'

/** OpenAI's embeddings, of texts or of tokens, as numbers or packed. */
export const openaiEmbeddings: EmbeddingsProtocol = {
  name: PROTOCOL,
  openRequest,
  readRequest,
  writeRequest,
  passRequest,
  readReply,
  writeReply,
  readError,
  writeError,
}
