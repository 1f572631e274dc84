import { endpointFailure, type UpstreamFailure } from '../failure.ts'
import { isContent } from '../language/chat-event.ts'
import { ReplyError, type StreamPart, type StreamReader } from '../protocol.ts'
import type { StreamBody } from '../stage.ts'
import { concatBytes } from './read-at-most.ts'
import type { OpenAttempt } from './open-attempt.ts'
import { toFailure } from './to-failure.ts'

/** What may come before the first token: comments, an empty first delta. More than this is no preamble. */
const MAX_PREAMBLE_BYTES = 1024 * 1024

/**
 * Reads a stream up to the commit point, the first thing that the model says. Throws `ReplyError` for an error before it, when
 * nothing has gone to the client yet; what fails after it is an `error` event.
 */
export async function openStream(open: OpenAttempt): Promise<StreamBody> {
  const { target, request, response } = open
  const reader = target.provider.chat.protocol.readStream({ stripUsage: request.stripsUsage })
  const source = { open, reader, chunks: response.body[Symbol.asyncIterator]() }
  const preamble = await readPreamble(source)
  open.watchdog.arm('idle-timeout', open.policy.clocks.idleMs)
  const iterator = streamParts(source, preamble)
  return {
    kind: 'stream',
    parts: { [Symbol.asyncIterator]: () => iterator },
    protocol: request.passesReply ? target.provider.chat.protocol.name : null,
  }
}

interface Source {
  readonly open: OpenAttempt
  readonly reader: StreamReader
  readonly chunks: AsyncIterator<Uint8Array>
}

async function readPreamble(source: Source): Promise<StreamPart> {
  const held: StreamPart[] = []
  let heldBytes = 0
  for (;;) {
    const part = await readPart(source)
    const failure = failureIn(part)
    if (failure) throw new ReplyError(failure)
    held.push(part)
    heldBytes += part.bytes.byteLength
    if (part.events.some(isContent) || endsStream(part)) return joinParts(held)
    if (heldBytes > MAX_PREAMBLE_BYTES) {
      throw new ReplyError(endpointFailure('malformed-reply', 'The upstream sent a long stream that says nothing.'))
    }
  }
}

async function readPart({ chunks, reader }: Source): Promise<StreamPart> {
  const chunk = await chunks.next()
  return chunk.done ? reader.end() : reader.read(chunk.value)
}

function joinParts(parts: readonly StreamPart[]): StreamPart {
  const only = parts[0]
  if (only && parts.length === 1) return only
  return { bytes: concatBytes(parts.map((part) => part.bytes)), events: parts.flatMap((part) => part.events) }
}

function failureIn(part: StreamPart): UpstreamFailure | undefined {
  return part.events.find((event) => event.type === 'error')?.failure
}

function endsStream(part: StreamPart): boolean {
  return part.events.some((event) => event.type === 'end' || event.type === 'error')
}

/** The rest of the stream, from the preamble on. */
function streamParts(source: Source, preamble: StreamPart): AsyncIterator<StreamPart> {
  const { watchdog, exchange } = source.open
  let pending: StreamPart | null = preamble
  let isOver = false

  const pass = (part: StreamPart): IteratorResult<StreamPart> => {
    if (!endsStream(part)) return { done: false, value: part }
    isOver = true
    if (failureIn(part)) watchdog.abort()
    else exchange.defer(drain(source))
    return { done: false, value: part }
  }

  return {
    async next() {
      if (pending) {
        const first = pending
        pending = null
        return pass(first)
      }
      while (!isOver) {
        const part = await readPartOrFailure(source)
        if (exchange.signal.aborted) break
        watchdog.touch()
        if (part.events.length > 0 || part.bytes.byteLength > 0) return pass(part)
      }
      return { done: true, value: undefined }
    },
    async return() {
      if (!isOver) watchdog.abort()
      isOver = true
      pending = null
      return { done: true, value: undefined }
    },
  }
}

async function readPartOrFailure(source: Source): Promise<StreamPart> {
  try {
    return await readPart(source)
  } catch (error) {
    return { bytes: new Uint8Array(), events: [{ type: 'error', failure: toFailure(error, source.open.watchdog.expired()) }] }
  }
}

/** How long a server may take to close a stream that it has ended. */
const DRAIN_MS = 1_000

/** Reads the few bytes behind the terminal event, so that the connection can be used again. */
async function drain({ chunks, open }: Source): Promise<void> {
  open.watchdog.arm('idle-timeout', DRAIN_MS)
  try {
    while (!(await chunks.next()).done);
  } catch {
    // The answer is complete: how its connection ends concerns nobody.
  }
  open.watchdog.stop()
}
