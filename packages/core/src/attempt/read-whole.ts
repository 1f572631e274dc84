import { endpointFailure } from '../failure.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { ReplyError } from '../protocol.ts'
import type { WholeBody } from '../stage.ts'
import { readAtMost } from './read-at-most.ts'
import type { OpenAttempt } from './open-attempt.ts'

/** Reads an answer that comes in one piece, within the attempt's share. Throws `ReplyError` for a 200 that is not an answer. */
export async function readWhole({ response, request, watchdog, policy, commitBy }: OpenAttempt): Promise<WholeBody> {
  watchdog.limitTo(commitBy)
  watchdog.arm('idle-timeout', policy.clocks.idleMs)
  const { bytes, isCut } = await readAtMost(response.chunks, policy.maxReplyBytes, watchdog)
  watchdog.stop()
  if (isCut) throw new ReplyError(endpointFailure('reply-too-large', 'The upstream sent more than the gateway takes.', response.status))
  const { protocol } = request
  const reply = protocol.readReply(parseObject(bytes, response.status))
  return { kind: 'whole', reply, wire: request.passesReply ? { protocol: protocol.name, bytes } : null }
}

function parseObject(bytes: Uint8Array, status: number): JsonObject {
  if (bytes.byteLength === 0) throw new ReplyError(endpointFailure('empty-reply', 'The upstream sent an empty answer.', status))
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes))
    if (isJsonObject(body)) return body
  } catch (error) {
    throw notJson(status, { cause: error })
  }
  throw notJson(status)
}

function notJson(status: number, options?: ErrorOptions): ReplyError {
  return new ReplyError(endpointFailure('malformed-reply', 'The upstream sent an answer that is not a JSON object.', status), options)
}
