import type { ChatProtocol } from '@gateway/core'
import { readError, writeError } from './error.ts'
import { readReply, writeReply } from './reply.ts'
import { openRequest, passRequest, readRequest, writeRequest } from './request.ts'
import { readStream, writeStream } from './stream.ts'
import { PROTOCOL } from './wire.ts'

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
