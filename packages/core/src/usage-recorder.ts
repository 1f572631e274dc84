import type { Clock } from './ports/clock.ts'
import type { UsageLog, UsageRecord } from './ports/usage-log.ts'

/** Stands between requests and the log: takes a record at once, writes in batches, never lets the log slow a request. */
export interface UsageRecorder {
  /** Returns at once. A full queue drops the record and counts it. */
  record(record: UsageRecord): void
  /** Resolves when everything recorded so far is written, or could not be. */
  flush(): Promise<void>
  /** Records that were lost because the queue was full. */
  dropped(): number
  /** Flushes and stops. */
  close(): Promise<void>
}

export interface UsageRecorderOptions {
  readonly log: UsageLog
  readonly clock: Clock
  /** Rows in one write. */
  readonly maxBatch?: number
  /** Rows that wait at most; beyond it they are dropped. */
  readonly maxQueue?: number
  /** How long a row waits at most before it is written; what a crash can lose. */
  readonly flushAfterMs?: number
  /** Hears of a write that failed; its rows are kept and tried again. */
  readonly onError?: (error: unknown) => void
}

/** A bounded queue in front of a log. After a failed write the rows stay in the queue until the next one. */
export function createUsageRecorder(options: UsageRecorderOptions): UsageRecorder {
  const { log, clock, maxBatch = 100, maxQueue = 10_000, flushAfterMs = 500 } = options
  let queue: UsageRecord[] = []
  let writing: Promise<void> | null = null
  let cancelTimer: (() => void) | null = null
  let droppedCount = 0

  const write = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.slice(0, maxBatch)
      try {
        await log.append(batch)
      } catch (error) {
        options.onError?.(error)
        schedule()
        return
      }
      queue = queue.slice(batch.length)
    }
  }
  const start = (): Promise<void> => {
    cancelTimer?.()
    cancelTimer = null
    writing ??= write().finally(() => {
      writing = null
    })
    return writing
  }
  const schedule = (): void => {
    cancelTimer ??= clock.schedule(flushAfterMs, () => {
      cancelTimer = null
      void start()
    })
  }

  return {
    record(record) {
      if (queue.length >= maxQueue) {
        droppedCount += 1
        return
      }
      queue.push(record)
      if (queue.length >= maxBatch && !writing) void start()
      else schedule()
    },
    flush: start,
    dropped: () => droppedCount,
    async close() {
      await start()
      cancelTimer?.()
      await log.close()
    },
  }
}
