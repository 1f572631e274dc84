import type { ChatProtocol } from '@gateway/core'
import { readError, writeError } from './error.ts'
import { readReply, writeReply } from './reply.ts'
import { openRequest, passRequest, readRequest, writeRequest } from './request.ts'
import { readStream, writeStream } from './stream.ts'
import { PROTOCOL } from './wire.ts'

/** Ollama's own chat: `POST /api/chat`, answers in JSON or line by line. */
export const ollamaChat: ChatProtocol = {
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
