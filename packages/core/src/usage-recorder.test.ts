import { describe, expect, it } from 'vitest'
import { fakeClock, settled, type FakeClock } from './__fixtures__/fake-clock.ts'
import { usageRecord } from './__fixtures__/parts.ts'
import type { UsageLog } from './ports/usage-log.ts'
import { createUsageRecorder, type UsageRecorder, type UsageRecorderOptions } from './usage-recorder.ts'

describe('writing', () => {
  it('happens in batches, in order, and never within `record`', async () => {
    const { recorder, log } = start({ maxBatch: 3 })
    recordMany(recorder, 7)
    expect(log.batches.length).toBeLessThanOrEqual(1)
    await recorder.flush()
    expect(log.batches).toEqual([names(0, 3), names(3, 6), names(6, 7)])
  })

  it('waits for a batch to fill, but not for long', async () => {
    const { recorder, log, clock } = start({ flushAfterMs: 500 })
    recordMany(recorder, 2)
    await clock.advance(499)
    expect(log.batches).toEqual([])
    await clock.advance(1)
    expect(log.batches).toEqual([names(0, 2)])
    expect(clock.pending()).toBe(0)
  })

  it('loses nothing that is recorded while it is under way', async () => {
    const { recorder, log, clock } = start({ maxBatch: 2, isSlow: true })
    for (let wave = 0; wave < 5; wave += 1) {
      recordMany(recorder, 3, wave * 3)
      log.letOneThrough()
      await settled()
    }
    const flushed = recorder.flush()
    for (let writes = 0; writes < 20; writes += 1) {
      log.letOneThrough()
      await settled()
    }
    await flushed
    await clock.advance(1_000)
    expect(log.batches.flat()).toEqual(names(0, 15))
  })

  it('is not over before a record that comes as the last write ends', async () => {
    const { recorder, log } = start({ maxBatch: 1, isSlow: true })
    recordMany(recorder, 1)
    const first = recorder.flush()
    log.letOneThrough()
    await first.then(() => recordMany(recorder, 1, 1))
    const second = recorder.flush()
    await settled()
    log.letOneThrough()
    await second
    expect(log.batches.flat()).toEqual(names(0, 2))
  })

  it('has nothing to do where nothing was recorded', async () => {
    const { recorder, log } = start()
    await recorder.flush()
    expect(log.batches).toEqual([])
  })
})

describe('a queue that is full', () => {
  it('drops what comes, and counts it', async () => {
    const { recorder, log } = start({ maxQueue: 5, maxBatch: 100 })
    recordMany(recorder, 8)
    expect(recorder.dropped()).toBe(3)
    await recorder.flush()
    expect(log.batches.flat()).toEqual(names(0, 5))
    recordMany(recorder, 1, 8)
    expect(recorder.dropped()).toBe(3)
  })
})

describe('a log that is down', () => {
  it('gets the same rows again, and no row twice', async () => {
    const { recorder, log, clock, errors } = start({ maxBatch: 2 })
    log.fail(2)
    recordMany(recorder, 5)
    await clock.advance(60_000)
    expect(log.batches.flat()).toEqual(names(0, 5))
    expect(errors).toHaveLength(2)
    expect(recorder.dropped()).toBe(0)
  })

  it('is left alone for longer each time, however many records come', async () => {
    const { recorder, log, clock, errors } = start({ maxBatch: 2, flushAfterMs: 100 })
    log.fail(1_000)
    for (let tenths = 0; tenths < 100; tenths += 1) {
      recordMany(recorder, 5, tenths * 5)
      await clock.advance(10)
    }
    expect(errors.length).toBeLessThanOrEqual(4)
    expect(clock.pending()).toBe(1)
  })

  it('is left alone for as long though records came while the write failed', async () => {
    const { recorder, log, clock, errors } = start({ flushAfterMs: 100 })
    log.fail(1_000)
    recordMany(recorder, 1)
    const failed = recorder.flush()
    recordMany(recorder, 1, 1)
    await failed
    await clock.advance(199)
    expect(errors).toHaveLength(1)
    await clock.advance(1)
    expect(errors).toHaveLength(2)
  })

  it('is asked at least every half minute', async () => {
    const { recorder, log, clock, errors } = start({ flushAfterMs: 100 })
    log.fail(1_000)
    recordMany(recorder, 1)
    await clock.advance(300_000)
    const before = errors.length
    await clock.advance(30_000)
    expect(errors.length).toBe(before + 1)
  })

  it('that throws in place of rejecting is no different', async () => {
    const { recorder, log, clock } = start({ maxBatch: 1 })
    log.throwOnce()
    recordMany(recorder, 1)
    await clock.advance(60_000)
    expect(log.batches).toEqual([names(0, 1)])
  })
})

describe('closing', () => {
  it('writes what is left, closes the log, and leaves no timer', async () => {
    const { recorder, log, clock } = start()
    recordMany(recorder, 3)
    await recorder.close()
    expect(log.batches).toEqual([names(0, 3)])
    expect(log.isClosed()).toBe(true)
    expect(clock.pending()).toBe(0)
  })

  it('tries once more where the log fails', async () => {
    const { recorder, log } = start()
    log.fail(1)
    recordMany(recorder, 3)
    await recorder.close()
    expect(log.batches).toEqual([names(0, 3)])
    expect(recorder.dropped()).toBe(0)
  })

  it('ends where the log goes on failing, and counts what was lost', async () => {
    const { recorder, log, clock } = start()
    log.fail(1_000)
    recordMany(recorder, 3)
    await recorder.close()
    expect(recorder.dropped()).toBe(3)
    expect(log.isClosed()).toBe(true)
    expect(clock.pending()).toBe(0)
  })

  it('takes no further record', async () => {
    const { recorder, log, clock } = start()
    await recorder.close()
    recordMany(recorder, 1)
    await clock.advance(10_000)
    expect(log.batches).toEqual([])
    expect(recorder.dropped()).toBe(1)
  })
})

interface WatchedLog extends UsageLog {
  /** The request ids of each batch that was written. */
  readonly batches: readonly (readonly string[])[]
  /** The next so many writes fail. */
  fail(writes: number): void
  /** The next write throws at once. */
  throwOnce(): void
  /** Ends the write that waits, in a slow log. */
  letOneThrough(): void
  isClosed(): boolean
}

interface Started {
  readonly recorder: UsageRecorder
  readonly log: WatchedLog
  readonly clock: FakeClock
  readonly errors: readonly unknown[]
}

function start({ isSlow = false, ...options }: Partial<UsageRecorderOptions> & { readonly isSlow?: boolean } = {}): Started {
  const clock = fakeClock()
  const log = watchedLog(isSlow)
  const errors: unknown[] = []
  const recorder = createUsageRecorder({ log, clock, onError: (error) => errors.push(error), ...options })
  return { recorder, log, clock, errors }
}

function watchedLog(isSlow: boolean): WatchedLog {
  const batches: string[][] = []
  let failing = 0
  let throwsNext = false
  let isClosed = false
  let release = (): void => {}
  return {
    batches,
    append(records) {
      if (throwsNext) {
        throwsNext = false
        throw new Error('The log threw.')
      }
      if (failing > 0) {
        failing -= 1
        return Promise.reject(new Error('The log is down.'))
      }
      const write = (): void => {
        batches.push(records.map((record) => record.requestId))
      }
      if (!isSlow) return Promise.resolve().then(write)
      return new Promise<void>((resolve) => (release = resolve)).then(write)
    },
    list: () => Promise.resolve([]),
    close: () => {
      isClosed = true
      return Promise.resolve()
    },
    fail: (writes) => (failing = writes),
    throwOnce: () => (throwsNext = true),
    letOneThrough: () => release(),
    isClosed: () => isClosed,
  }
}

function recordMany(recorder: UsageRecorder, count: number, from = 0): void {
  for (const name of names(from, from + count)) recorder.record(usageRecord(name))
}

function names(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from }, (_, index) => `request-${from + index}`)
}
