import type { FailureReason, UpstreamFailure } from '../failure.ts'
import { GatewayError } from '../gateway-error.ts'
import { interruptionOf } from '../interruption.ts'
import { isContent } from '../language/chat-event.ts'
import type { Usage } from '../language/usage.ts'
import type { StreamPart } from '../protocol.ts'
import type { EmbeddingsBody, Exchange, OtherBody, Reply, Stage, StreamBody, WholeBody } from '../stage.ts'
import { openBooking, type Booking, type BookingParts, type Ending } from './booking.ts'
import { createStatedTally, createUsageTally, usageOfReply } from './usage-tally.ts'

/**
 * Books every request exactly once, when it has ended: answered, refused, failed, or left by its client. What a client used
 * who left before anything came is unknown, and stays so. Turns what is no `GatewayError` into one.
 */
export function settle(parts: BookingParts): Stage {
  return async (exchange, next): Promise<Reply> => {
    const booking = openBooking(parts, exchange)
    try {
      const reply = await next(exchange)
      const { body } = reply
      if (body.kind === 'stream' || body.kind === 'other') return { ...reply, body: watchStream(body, { booking, exchange, reply }) }
      booking.close({ reply, status: 'success', usage: usageOf(body, exchange) })
      return reply
    } catch (error) {
      const known = error instanceof GatewayError ? error : new GatewayError('internal', 'The gateway failed.', { cause: error })
      booking.close(refusal(known))
      throw known
    }
  }
}

function usageOf(body: WholeBody | EmbeddingsBody, { request }: Exchange): Usage {
  return body.kind === 'whole' ? usageOfReply(body.reply, request.size.inputTokens) : body.reply.usage
}

/** An upstream's own words may quote the prompt, so the log gets ours. */
function refusal({ code, attempts, failure, message }: GatewayError): Ending {
  const status = code === 'client-closed' ? 'cancelled' : statusOf(failure)
  return { attempts, status, usage: {}, message: failure?.message ?? message }
}

function statusOf(failure: UpstreamFailure | undefined): 'timeout' | 'failed' {
  return failure && TIMEOUTS.has(failure.reason) ? 'timeout' : 'failed'
}

const TIMEOUTS: ReadonlySet<FailureReason> = new Set(['connect-timeout', 'first-byte-timeout', 'idle-timeout', 'total-timeout'])

interface Watched {
  readonly booking: Booking
  readonly exchange: Exchange
  readonly reply: Reply
}

/** The same stream, and a booking when it ends, breaks off or is left, even by a client whose server never looks at it again. */
function watchStream<Body extends StreamBody | OtherBody>(body: Body, { booking, exchange, reply }: Watched): Body {
  const tally = body.kind === 'stream' ? createUsageTally(exchange.request.size.inputTokens) : createStatedTally()
  const inner = body.parts[Symbol.asyncIterator]()
  const close = (ending: Omit<Ending, 'reply'>): void => {
    exchange.signal.removeEventListener('abort', cancelled)
    booking.close({ reply, ...ending })
  }
  const cancelled = (): void => {
    const { code, message } = interruptionOf(exchange.signal)
    close({ status: code === 'client-closed' ? 'cancelled' : 'failed', usage: tally.usage(false), message })
  }
  exchange.signal.addEventListener('abort', cancelled, { once: true })

  const note = (part: StreamPart): void => {
    for (const event of part.events) {
      tally.note(event)
      if (isContent(event)) booking.noteFirstToken()
      if (event.type === 'end') close({ status: 'success', usage: tally.usage(true) })
      if (event.type === 'error') close({ status: statusOf(event.failure), usage: tally.usage(false), message: event.failure.message })
    }
  }

  const iterator: AsyncIterator<StreamPart> = {
    async next() {
      const result = await inner.next()
      if (result.done) cancelled()
      else note(result.value)
      return result
    },
    async return() {
      cancelled()
      await inner.return?.()
      return { done: true, value: undefined }
    },
  }
  return { ...body, parts: { [Symbol.asyncIterator]: () => iterator } }
}
