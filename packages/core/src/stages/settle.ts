import type { AttemptRecord } from '../attempt/attempt-record.ts'
import type { FailureReason, UpstreamFailure } from '../failure.ts'
import { GatewayError } from '../gateway-error.ts'
import { isContent } from '../language/chat-event.ts'
import type { Usage } from '../language/usage.ts'
import type { Clock } from '../ports/clock.ts'
import type { Pricer } from '../ports/pricer.ts'
import type { RequestStatus, UsageRecord } from '../ports/usage-log.ts'
import type { StreamPart } from '../protocol.ts'
import type { Target } from '../provider.ts'
import type { Exchange, Reply, Stage, StreamBody } from '../stage.ts'
import { createUsageTally } from './usage-tally.ts'

export interface SettleParts {
  readonly clock: Clock
  readonly pricer: Pricer
  /** The name that stands in the record where no strategy was reached. */
  readonly strategies: readonly { readonly name: string }[]
  readonly record: (record: UsageRecord) => void
}

/** Books every request exactly once, when it has ended: answered, refused, failed, or left by its client. */
export function settle(parts: SettleParts): Stage {
  return async (exchange, next): Promise<Reply> => {
    const booking = openBooking(parts, exchange)
    try {
      const reply = await next(exchange)
      if (reply.body.kind === 'stream') return { ...reply, body: watchStream(reply.body, { booking, exchange, reply }) }
      booking.close({ reply, status: 'success', usage: reply.body.reply.usage })
      return reply
    } catch (error) {
      booking.close(refusal(error))
      throw error
    }
  }
}

interface Ending {
  readonly reply?: Reply
  readonly attempts?: readonly AttemptRecord[]
  readonly status: RequestStatus
  readonly usage: Usage
  readonly message?: string
}

interface Booking {
  /** The first token has gone out. */
  noteFirstToken(): void
  /** Books; only the first call counts. */
  close(ending: Ending): void
}

function openBooking(parts: SettleParts, exchange: Exchange): Booking {
  const startedAt = parts.clock.now()
  const startedMs = parts.clock.epochMs()
  let firstTokenMs: number | null = null
  let isClosed = false
  const elapsed = (): number => Math.round(parts.clock.now() - startedAt)
  return {
    noteFirstToken() {
      firstTokenMs ??= elapsed()
    },
    close(ending) {
      if (isClosed) return
      isClosed = true
      parts.record({
        requestId: exchange.id,
        startedMs,
        userId: exchange.caller.id,
        requestedModel: exchange.request.model,
        ...whoAnswered(ending),
        usage: ending.usage,
        costNanoUsd: costOf(ending.usage, ending.reply?.target, parts.pricer),
        latencyMs: elapsed(),
        firstTokenMs,
        status: ending.status,
        errorMessage: ending.message ?? null,
        strategy: ending.reply?.strategy ?? exchange.strategy ?? parts.strategies[0]?.name ?? '',
        isStreaming: exchange.request.isStreaming,
        wasCached: false,
      })
    },
  }
}

function whoAnswered({ reply, attempts }: Ending): Pick<UsageRecord, 'model' | 'provider' | 'endpoint' | 'attempts'> {
  const tried = reply?.attempts ?? attempts ?? []
  const last = tried.at(-1)
  return { model: last?.model ?? null, provider: last?.provider ?? null, endpoint: last?.endpoint ?? null, attempts: tried.length }
}

function costOf(usage: Usage, target: Target | undefined, pricer: Pricer): number | null {
  return target?.price ? pricer.costOf(usage, target.price) : null
}

function refusal(error: unknown): Ending {
  if (!(error instanceof GatewayError)) return { status: 'failed', usage: {}, message: 'The gateway failed.' }
  const { attempts, failure, message } = error
  return { attempts, status: error.code === 'client-closed' ? 'cancelled' : statusOf(failure), usage: {}, message }
}

function statusOf(failure: UpstreamFailure | undefined): RequestStatus {
  return failure && TIMEOUTS.has(failure.reason) ? 'timeout' : 'failed'
}

const TIMEOUTS: ReadonlySet<FailureReason> = new Set(['connect-timeout', 'first-byte-timeout', 'idle-timeout', 'total-timeout'])

interface Watched {
  readonly booking: Booking
  readonly exchange: Exchange
  readonly reply: Reply
}

/** The same stream, and a booking when it ends, breaks off or is left. */
function watchStream(body: StreamBody, { booking, exchange, reply }: Watched): StreamBody {
  const tally = createUsageTally(exchange.request.size.inputTokens)
  const inner = body.parts[Symbol.asyncIterator]()
  const cancelled = (): void => booking.close({ reply, status: 'cancelled', usage: tally.usage(false), message: 'The client closed the request.' })

  const note = (part: StreamPart): void => {
    for (const event of part.events) {
      tally.note(event)
      if (isContent(event)) booking.noteFirstToken()
      if (event.type === 'end') booking.close({ reply, status: 'success', usage: tally.usage(true) })
      if (event.type === 'error') {
        booking.close({ reply, status: statusOf(event.failure), usage: tally.usage(false), message: event.failure.message })
      }
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
