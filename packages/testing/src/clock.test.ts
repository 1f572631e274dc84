import { describe, expect, it } from 'vitest'
import { fakeClock } from './clock.ts'

describe('fakeClock', () => {
  it('runs what falls due in the order of time, each at its own time', async () => {
    const clock = fakeClock(1000)
    const seen: (readonly [string, number, number])[] = []
    const note = (name: string) => () => seen.push([name, clock.now(), clock.epochMs()])
    clock.schedule(20, note('late'))
    clock.schedule(10, note('early'))
    clock.schedule(31, note('too late'))
    await clock.advance(30)
    expect(seen).toEqual([
      ['early', 10, 1010],
      ['late', 20, 1020],
    ])
    expect([clock.now(), clock.epochMs(), clock.pending()]).toEqual([30, 1030, 1])
  })

  it('runs nothing that was cancelled', async () => {
    const clock = fakeClock()
    const cancel = clock.schedule(5, () => expect.unreachable())
    cancel()
    await clock.advance(10)
    expect(clock.pending()).toBe(0)
  })

  it('runs what a promise schedules on the way', async () => {
    const clock = fakeClock()
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => clock.schedule(ms, resolve))
    let woke = 0
    const sleeper = sleep(10)
      .then(() => sleep(10))
      .then(() => (woke = clock.now()))
    await clock.advance(25)
    await sleeper
    expect(woke).toBe(20)
  })

  it('lets the wall clock jump alone', () => {
    const clock = fakeClock(5000)
    clock.jumpEpoch(-3600)
    expect([clock.now(), clock.epochMs()]).toEqual([0, 1400])
  })
})
