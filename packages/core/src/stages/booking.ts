import type { AttemptRecord } from '../attempt/attempt-record.ts'
import type { Usage } from '../language/usage.ts'
import type { Clock } from '../ports/clock.ts'
import type { Pricer } from '../ports/pricer.ts'
import type { RequestStatus, UsageRecord } from '../ports/usage-log.ts'
import type { Exchange, Reply } from '../stage.ts'
import { warningNames } from '../warning-names.ts'

/** The one record of a request, written when it has ended. */
export interface Booking {
  /** The first token has gone out. */
  noteFirstToken(): void
  /** Books; only the first call counts. */
  close(ending: Ending): void
}

/** How a request ended. */
export interface Ending {
  /** Absent where nobody answered. */
  readonly reply?: Reply
  /** Who was tried, where there is no reply to say so. */
  readonly attempts?: readonly AttemptRecord[]
  readonly status: RequestStatus
  readonly usage: Usage
  readonly message?: string
}

export interface BookingParts {
  readonly clock: Clock
  readonly pricer: Pricer
  /** The name of the first stands in the record where no strategy was reached. */
  readonly strategies: readonly { readonly name: string }[]
  readonly record: (record: UsageRecord) => void
}

export function openBooking(parts: BookingParts, exchange: Exchange): Booking {
  const { clock, pricer } = parts
  const startedAt = clock.now()
  const startedMs = clock.epochMs()
  let firstTokenMs: number | null = null
  let isClosed = false
  const elapsed = (): number => Math.round(clock.now() - startedAt)
  return {
    noteFirstToken() {
      firstTokenMs ??= elapsed()
    },
    close(ending) {
      if (isClosed) return
      isClosed = true
      const price = ending.reply?.target.price
      parts.record({
        requestId: exchange.id,
        startedMs,
        userId: exchange.caller.id,
        requestedModel: exchange.request.model.slice(0, MAX_NAME_LENGTH),
        ...whoAnswered(ending),
        usage: ending.usage,
        costNanoUsd: price ? pricer.costOf(ending.usage, price) : null,
        latencyMs: elapsed(),
        firstTokenMs,
        status: ending.status,
        errorMessage: ending.message ?? null,
        strategy: ending.reply?.strategy ?? strategyOf(exchange, parts),
        isStreaming: exchange.request.isStreaming,
        wasCached: false,
        warnings: warningNames(ending.reply?.warnings ?? []),
      })
    },
  }
}

/** A client may send any name; the log keeps only so much of it. */
const MAX_NAME_LENGTH = 256

function whoAnswered({ reply, attempts }: Ending): Pick<UsageRecord, 'model' | 'provider' | 'endpoint' | 'attempts'> {
  const tried = reply?.attempts ?? attempts ?? []
  const last = tried.at(-1)
  return { model: last?.model ?? null, provider: last?.provider ?? null, endpoint: last?.endpoint ?? null, attempts: tried.length }
}

/** The strategy that was asked for, if there is one of that name, else the default. */
function strategyOf(exchange: Exchange, { strategies }: BookingParts): string {
  const asked = strategies.find((strategy) => strategy.name === exchange.strategy)
  return (asked ?? strategies[0])?.name ?? ''
}
