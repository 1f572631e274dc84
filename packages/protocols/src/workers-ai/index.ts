import type { ChatProtocol } from '@gateway/core'
import { readError, writeError } from './error.ts'
import { readReply, writeReply } from './reply.ts'
import { openRequest, passRequest, readRequest, writeRequest } from './request.ts'
import { readStream, writeStream } from './stream.ts'
import { PROTOCOL } from './wire.ts'

export { answerOfBindingError } from './binding-error.ts'
export { workersAiEmbeddings } from './embeddings.ts'

/** Cloudflare's Workers AI: `POST /ai/run/{model}`, or `env.AI.run(model, input)`, which takes and answers the same. */
export const workersAi: ChatProtocol = {
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
