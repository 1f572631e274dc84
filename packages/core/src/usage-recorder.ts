import type { Clock } from './ports/clock.ts'
import type { UsageLog, UsageRecord } from './ports/usage-log.ts'

/** Stands between requests and the log: takes a record at once, writes in batches, never lets the log slow a request. */
export interface UsageRecorder {
  /** Returns at once. A full queue drops the record and counts it, and so does a closed recorder. */
  record(record: UsageRecord): void
  /** Resolves when everything recorded so far is written, or could not be. Never rejects. */
  flush(): Promise<void>
  /** Records that were lost: the queue was full, or the log did not take them before the recorder was closed. */
  dropped(): number
  /** Flushes, tries once more if that failed, and closes the log. */
  close(): Promise<void>
}

export interface UsageRecorderOptions {
  readonly log: UsageLog
  readonly clock: Clock
  /** Rows in one write. */
  readonly maxBatch?: number
  /** Rows that wait at most; beyond it they are dropped. */
  readonly maxQueue?: number
  /** How long a row waits at most before it is written; what a crash can lose. Doubles with each write that fails in a row. */
  readonly flushAfterMs?: number
  /** Hears of a write that failed; its rows are kept and tried again. Must not throw. */
  readonly onError?: (error: unknown) => void
}

/** A bounded queue in front of a log. After a failed write the rows stay in the queue until the next one. */
export function createUsageRecorder(options: UsageRecorderOptions): UsageRecorder {
  const { log, clock, maxBatch = 100, maxQueue = 10_000, flushAfterMs = 500 } = options
  const queue: UsageRecord[] = []
  let lastWrite = Promise.resolve()
  let isWriting = false
  let cancelTimer: (() => void) | null = null
  let failuresInARow = 0
  let droppedCount = 0
  let isClosed = false

  const write = async (): Promise<void> => {
    isWriting = true
    try {
      while (queue.length > 0) {
        const batch = queue.slice(0, maxBatch)
        await log.append(batch)
        queue.splice(0, batch.length)
        failuresInARow = 0
      }
    } catch (error) {
      failuresInARow += 1
      options.onError?.(error)
    } finally {
      // In the same turn as the last look at the queue: a record that comes next finds nobody writing, and sees to it.
      isWriting = false
    }
    if (failuresInARow > 0 && !isClosed) schedule()
  }
  const start = (): Promise<void> => {
    cancelTimer?.()
    cancelTimer = null
    if (queue.length > 0 && !isWriting) lastWrite = write()
    return lastWrite
  }
  const schedule = (): void => {
    cancelTimer ??= clock.schedule(waitMs(flushAfterMs, failuresInARow), () => unwatched(start()))
  }

  return {
    record(record) {
      if (isClosed || queue.length >= maxQueue) {
        droppedCount += 1
        return
      }
      queue.push(record)
      if (isWriting) return
      if (queue.length >= maxBatch && failuresInARow === 0) unwatched(start())
      else schedule()
    },
    flush: start,
    dropped: () => droppedCount,
    async close() {
      isClosed = true
      await start()
      await start()
      droppedCount += queue.splice(0).length
      await log.close()
    },
  }
}

const MAX_WAIT_MS = 30_000

function waitMs(flushAfterMs: number, failuresInARow: number): number {
  return failuresInARow === 0 ? flushAfterMs : Math.max(flushAfterMs, Math.min(flushAfterMs * 2 ** failuresInARow, MAX_WAIT_MS))
}

/** A write handles its own failure. */
function unwatched(write: Promise<void>): void {
  write.catch(() => {})
}

/**
 * A recorder without a queue, for a runtime whose requests may not share timers (Workers): each record is written by itself, after
 * its reply. `defer` keeps the write alive and hears of its failure.
 */
export function immediateUsageRecorder(log: UsageLog, defer: (work: Promise<unknown>) => void): UsageRecorder {
  return {
    record: (record) => defer(log.append([record])),
    flush: () => Promise.resolve(),
    dropped: () => 0,
    close: () => log.close(),
  }
}
