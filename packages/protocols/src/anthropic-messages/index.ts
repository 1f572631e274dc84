import type { ChatProtocol } from '@gateway/core'
import { readError, writeError } from './error.ts'
import { readReply, writeReply } from './reply.ts'
import { openRequest, passRequest, readRequest, writeRequest } from './request.ts'
import { readStream, writeStream } from './stream.ts'
import { PROTOCOL } from './wire.ts'

export { readCountTokensRequest, writeCountTokensReply } from './count-tokens.ts'

/** Anthropic's Messages, as Claude Code and the vendor's SDKs speak it. */
export const anthropicMessages: ChatProtocol = {
  name: PROTOCOL,
  // What is not out of beta is asked for in one, and the version decides which fields there are.
  requestHeaders: ['anthropic-beta', 'anthropic-version'],
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
