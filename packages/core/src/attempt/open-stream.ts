import { endpointFailure, type UpstreamFailure } from '../failure.ts'
import { isContent } from '../language/chat-event.ts'
import { ReplyError, type StreamPart, type StreamReader } from '../protocol.ts'
import type { StreamBody } from '../stage.ts'
import { concatBytes } from '../concat-bytes.ts'
import type { ChatReading } from './chat-reading.ts'
import type { OpenAttempt } from './open-attempt.ts'
import { toFailure } from './to-failure.ts'

/** What may come before the first token: comments, an empty first delta. More than this is no preamble. */
const MAX_PREAMBLE_BYTES = 1024 * 1024

/**
 * Reads a stream up to the commit point, the first thing that the model says. Throws `ReplyError` for an error before it, when
 * nothing has gone to the client yet; what fails after it is an `error` event.
 */
export async function openStream(open: OpenAttempt, { protocol, model, passesReply, stripsUsage }: ChatReading): Promise<StreamBody> {
  const source = { open, reader: protocol.readStream({ stripUsage: stripsUsage }) }
  const preamble = await readPreamble(source)
  return { kind: 'stream', parts: resumeStream(source, named(preamble, model)), protocol: passesReply ? protocol.name : null }
}

/** Some vendors do not say which model answers, and clients want to know. */
function named(part: StreamPart, model: string): StreamPart {
  const events = part.events.map((event) => (event.type === 'start' && event.model === '' ? { ...event, model } : event))
  return { ...part, events }
}

/** The whole stream, whose first part was read before. */
export function resumeStream(source: Source, preamble: StreamPart): AsyncIterable<StreamPart> {
  const { watchdog, policy } = source.open
  watchdog.arm('idle-timeout', policy.clocks.idleMs)
  watchdog.rest()
  const iterator = streamParts(source, preamble)
  return { [Symbol.asyncIterator]: () => iterator }
}

export interface Source {
  readonly open: OpenAttempt
  readonly reader: StreamReader
}

async function readPreamble({ open, reader }: Source): Promise<StreamPart> {
  const held: StreamPart[] = []
  let readBytes = 0
  while (readBytes <= MAX_PREAMBLE_BYTES) {
    const chunk = await open.response.chunks.next()
    readBytes += chunk.done ? 0 : chunk.value.byteLength
    const part = chunk.done ? endOf(reader) : reader.read(chunk.value)
    const failure = failureIn(part)
    if (failure) throw new ReplyError(failure)
    if (!isEmpty(part)) held.push(part)
    if (part.events.some(isContent)) return joinParts(held)
    if (endsStream(part)) throw new ReplyError(endpointFailure('empty-reply', 'The upstream sent a stream that says nothing.'))
  }
  throw new ReplyError(endpointFailure('malformed-reply', 'The upstream sent a long stream that says nothing.'))
}

/** The last part, which always ends the stream: a reader of somebody's own may forget to. */
function endOf(reader: StreamReader): StreamPart {
  const part = reader.end()
  if (endsStream(part)) return part
  const failure = endpointFailure('truncated-stream', 'The upstream ended its stream before the answer was complete.')
  return { bytes: part.bytes, events: [...part.events, { type: 'error', failure }] }
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

function isEmpty(part: StreamPart): boolean {
  return part.events.length === 0 && part.bytes.byteLength === 0
}

/** The rest of the stream, from the preamble on. The idle clock runs only while somebody waits here: a slow client is no fault of the upstream. */
function streamParts(source: Source, preamble: StreamPart): AsyncIterator<StreamPart> {
  const { watchdog, exchange, onBroken } = source.open
  let pending: StreamPart | null = preamble
  let isOver = false

  const pass = (part: StreamPart): IteratorResult<StreamPart> => {
    if (!endsStream(part)) return { done: false, value: part }
    isOver = true
    const failure = failureIn(part)
    if (failure) {
      watchdog.abort()
      onBroken(failure)
    } else exchange.defer(drain(source.open))
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
        watchdog.touch()
        const part = await readPart(source)
        watchdog.rest()
        if (exchange.signal.aborted || isOver) break
        if (!isEmpty(part)) return pass(part)
      }
      isOver = true
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

async function readPart({ open, reader }: Source): Promise<StreamPart> {
  try {
    const chunk = await open.response.chunks.next()
    return chunk.done ? endOf(reader) : reader.read(chunk.value)
  } catch (error) {
    return { bytes: new Uint8Array(), events: [{ type: 'error', failure: toFailure(error, open.watchdog.expired()) }] }
  }
}

/** How long a server may take to close a stream that it has ended. */
const DRAIN_MS = 1_000

/** Reads the few bytes behind the terminal event, so that the connection can be used again. Never rejects. */
async function drain({ response, watchdog }: OpenAttempt): Promise<void> {
  watchdog.arm('idle-timeout', DRAIN_MS)
  try {
    while (!(await response.chunks.next()).done);
  } catch {
    // The answer is complete: how its connection ends concerns nobody.
  }
  watchdog.stop()
}
