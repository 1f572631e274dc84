import { endpointFailure } from '../failure.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { ReplyError } from '../protocol.ts'
import type { WholeBody } from '../stage.ts'
import { readAtMost } from './read-at-most.ts'
import type { ChatReading } from './chat-reading.ts'
import type { OpenAttempt } from './open-attempt.ts'

/** Reads an answer that comes in one piece, within the attempt's share. Throws `ReplyError` for a 200 that is not an answer. */
export async function readWhole(open: OpenAttempt, { protocol, model, passesReply }: ChatReading): Promise<WholeBody> {
  const { bytes, json } = await readObject(open)
  const reply = protocol.readReply(json)
  return {
    kind: 'whole',
    reply: reply.model === '' ? { ...reply, model } : reply,
    wire: passesReply ? { protocol: protocol.name, bytes } : null,
  }
}

/** Reads a JSON object, and keeps the bytes that it came in. Throws `ReplyError` for anything else. */
export async function readObject({ response, watchdog, policy, commitBy }: OpenAttempt): Promise<WireObject> {
  watchdog.limitTo(commitBy)
  watchdog.arm('idle-timeout', policy.clocks.idleMs)
  const { bytes, isCut } = await readAtMost(response.chunks, policy.maxReplyBytes, watchdog)
  watchdog.stop()
  if (isCut) throw new ReplyError(endpointFailure('reply-too-large', 'The upstream sent more than the gateway takes.', response.status))
  return { bytes, json: parseObject(bytes, response.status) }
}

interface WireObject {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly json: JsonObject
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
