import { GatewayError, type Clock, type Exchange, type Reply, type StreamBody, type StreamPart, type StreamWriter } from '@gateway/core'
import { errorResponse, httpStatus, toGatewayError } from './error-response.ts'
import { stopped } from './in-flight.ts'
import type { Call } from './open-exchange.ts'
import { createKeepAlive } from './keep-alive.ts'
import { replyHeaders } from './reply-headers.ts'
import type { Surface } from './respond-whole.ts'

/**
 * Streams an answer. The HTTP status waits for the first token, so that an error before it is an ordinary error; but not for
 * longer than the keep-alive interval, since proxies close a silent connection: then the stream opens with a comment, other
 * candidates may still be tried, and a failure of all is an error event.
 */
export async function respondStream(surface: Surface, { reply, exchange, leave }: Call): Promise<Response> {
  const { clock, settings } = surface.parts
  const settled = reply.then(
    (answered): Opening => ({ reply: answered }),
    (error: unknown): Opening => ({ error: toGatewayError(error) }),
  )
  const opening = await within(settings.keepAliveMs, settled, clock)
  if (opening?.error) return errorResponse(opening.error, { context: surface.context, protocol: surface.protocol, settings })
  const headers = { ...SSE_HEADERS, 'x-request-id': exchange.id, ...(opening ? replyHeaders(opening.reply) : {}) }
  return new Response(streamOf(surface, { settled, exchange, leave }), { headers })
}

type Opening = { readonly reply: Reply; readonly error?: undefined } | { readonly reply?: undefined; readonly error: GatewayError }

const SSE_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' } as const

/** The outcome, or null if it takes longer. */
function within(limitMs: number, settled: Promise<Opening>, clock: Clock): Promise<Opening | null> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(limitMs, () => resolve(null))
    void settled.then((opening) => {
      cancel()
      resolve(opening)
    })
  })
}

interface Source {
  readonly settled: Promise<Opening>
  readonly exchange: Exchange
  readonly leave: () => void
}

const ENCODER = new TextEncoder()
const COMMENT = ENCODER.encode(': keep-alive\n\n')

/** Pulled by the client's own pace; a comment goes out whenever nothing else has for a while. */
function streamOf({ parts, protocol }: Surface, source: Source): ReadableStream<Uint8Array> {
  const { settled, exchange } = source
  const writer = protocol.writeStream({ wantsUsage: exchange.request.wantsStreamUsage })
  const keepAlive = createKeepAlive(parts.clock, parts.settings.keepAliveMs)
  const output = { protocol: protocol.name, writer }
  const iterator = settled.then((opening) => frames(opening, output))
  const leave = (): void => {
    keepAlive.stop()
    source.leave()
    void settled.then(release)
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        keepAlive.start(() => {
          if ((controller.desiredSize ?? -1) >= 0) controller.enqueue(COMMENT)
        })
        exchange.signal.addEventListener('abort', leave, { once: true })
      },
      async pull(controller) {
        const result = await (await iterator).next()
        if (exchange.signal.aborted) return
        keepAlive.touch()
        if (!result.done) {
          controller.enqueue(result.value)
          return
        }
        keepAlive.stop()
        exchange.signal.removeEventListener('abort', leave)
        controller.close()
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  )
}

/** Lets go of an answer that nobody will read, so that the upstream stops and the request is booked. */
async function release({ reply }: Opening): Promise<void> {
  if (reply?.body.kind === 'stream') await reply.body.parts[Symbol.asyncIterator]().return?.()
}

interface Output {
  readonly protocol: string
  readonly writer: StreamWriter
}

async function* frames(opening: Opening, output: Output): AsyncGenerator<Uint8Array, void, void> {
  if (opening.error) {
    yield failure(opening.error, output)
    return
  }
  const { body } = opening.reply
  if (body.kind !== 'stream') throw new TypeError('A whole reply to a request that asked for a stream.')
  let hasEnded = false
  for await (const part of body.parts) {
    const bytes = bytesOf(part, body, output)
    if (bytes.byteLength > 0) yield bytes
    const last = part.events.find((event) => event.type === 'end' || event.type === 'error')
    hasEnded ||= last !== undefined
    if (last?.type === 'error')
      yield failure(new GatewayError('stream-interrupted', last.failure.message, { failure: last.failure }), output)
  }
  // Given up on the way, and this client is still here: an answer that is not complete has no clean end.
  if (!hasEnded) yield failure(stopped(), output)
}

function failure(error: GatewayError, { writer }: Output): Uint8Array {
  return encode(writer.fail(error, httpStatus(error)))
}

/** The bytes that came where the client speaks their protocol, else the events written anew. */
function bytesOf(part: StreamPart, body: StreamBody, { protocol, writer }: Output): Uint8Array {
  if (body.protocol === protocol) return part.bytes
  return encode(part.events.map((event) => (event.type === 'error' ? '' : writer.write(event))).join(''))
}

function encode(text: string): Uint8Array {
  return ENCODER.encode(text)
}
