import { describe, expect, it } from 'vitest'
import { connectedClient, type Client } from '../__fixtures__/client.ts'
import { fakeClock, type FakeClock } from '../__fixtures__/fake-clock.ts'
import { createWatchdog, type Watchdog } from './watchdog.ts'

describe('a phase', () => {
  it('ends the attempt when its time is up, and says which it was', async () => {
    const { clock, watchdog } = start()
    watchdog.arm('first-byte-timeout', 100)
    await clock.advance(99)
    expect(watchdog.signal.aborted).toBe(false)
    await clock.advance(1)
    expect(watchdog.signal.aborted).toBe(true)
    expect(watchdog.expired()).toBe('first-byte-timeout')
  })

  it('starts again with every touch', async () => {
    const { clock, watchdog } = start()
    watchdog.arm('idle-timeout', 100)
    for (let touches = 0; touches < 5; touches += 1) {
      await clock.advance(80)
      watchdog.touch()
    }
    await clock.advance(99)
    expect(watchdog.signal.aborted).toBe(false)
    await clock.advance(1)
    expect(watchdog.expired()).toBe('idle-timeout')
  })

  it('does not move its timer for a touch', async () => {
    const { clock, watchdog } = start()
    watchdog.arm('idle-timeout', 100)
    await clock.advance(90)
    for (let touches = 0; touches < 1_000; touches += 1) watchdog.touch()
    expect(clock.scheduled()).toBe(1)
    await clock.advance(90)
    expect(clock.scheduled()).toBe(2)
    expect(watchdog.signal.aborted).toBe(false)
  })

  it('takes the place of the one before', async () => {
    const { clock, watchdog } = start()
    watchdog.arm('first-byte-timeout', 100)
    watchdog.arm('idle-timeout', 300)
    await clock.advance(299)
    expect(watchdog.signal.aborted).toBe(false)
    await clock.advance(1)
    expect(watchdog.expired()).toBe('idle-timeout')
  })

  it('stands still while nobody waits', async () => {
    const { clock, watchdog } = start()
    watchdog.arm('idle-timeout', 100)
    watchdog.rest()
    await clock.advance(950)
    expect(watchdog.signal.aborted).toBe(false)
    watchdog.touch()
    await clock.advance(99)
    expect(watchdog.signal.aborted).toBe(false)
    await clock.advance(51)
    expect(watchdog.expired()).toBe('idle-timeout')
  })
})

describe('the deadline', () => {
  it('ends the attempt however often something came', async () => {
    const { clock, watchdog } = start({ deadline: 250 })
    watchdog.arm('idle-timeout', 100)
    for (let touches = 0; touches < 3; touches += 1) {
      await clock.advance(80)
      watchdog.touch()
    }
    await clock.advance(10)
    expect(watchdog.expired()).toBe('total-timeout')
  })

  it('ends the attempt while nobody waits', async () => {
    const { clock, watchdog } = start({ deadline: 250 })
    watchdog.arm('idle-timeout', 100)
    watchdog.rest()
    await clock.advance(250)
    expect(watchdog.expired()).toBe('total-timeout')
  })

  it('can be moved nearer, never further', async () => {
    const { clock, watchdog } = start({ deadline: 250 })
    watchdog.limitTo(50)
    watchdog.limitTo(400)
    watchdog.arm('idle-timeout', 100)
    await clock.advance(50)
    expect(watchdog.expired()).toBe('total-timeout')
  })
})

describe('a client that goes away', () => {
  it('ends the attempt, and no clock is to blame', async () => {
    const { clock, client, watchdog } = start()
    watchdog.arm('idle-timeout', 100)
    client.leave()
    expect(watchdog.signal.aborted).toBe(true)
    await clock.advance(1_000)
    expect(watchdog.expired()).toBeNull()
  })

  it('has gone before: nothing is armed', () => {
    const client = connectedClient()
    client.leave()
    const { clock, watchdog } = start({ client })
    watchdog.arm('idle-timeout', 100)
    expect(watchdog.signal.aborted).toBe(true)
    expect(clock.pending()).toBe(0)
  })
})

describe('what is left behind', () => {
  it.each(['stop', 'abort'] as const)('is no timer and no listener after %s', (end) => {
    const client = connectedClient()
    const { clock, watchdog } = start({ client })
    watchdog.arm('idle-timeout', 100)
    expect(client.listeners()).toBe(1)
    watchdog[end]()
    expect(clock.pending()).toBe(0)
    expect(client.listeners()).toBe(0)
  })

  it('is no timer and no listener after a time-out', async () => {
    const client = connectedClient()
    const { clock, watchdog } = start({ client })
    watchdog.arm('idle-timeout', 100)
    await clock.advance(100)
    expect(clock.pending()).toBe(0)
    expect(client.listeners()).toBe(0)
  })

  it('is an upstream that goes on after stop', async () => {
    const { clock, client, watchdog } = start()
    watchdog.arm('idle-timeout', 100)
    watchdog.stop()
    client.leave()
    await clock.advance(1_000)
    expect(watchdog.signal.aborted).toBe(false)
    expect(watchdog.expired()).toBeNull()
  })
})

interface Setting {
  readonly client?: Client
  readonly deadline?: number
}

function start({ client = connectedClient(), deadline = 10_000 }: Setting = {}): { clock: FakeClock; client: Client; watchdog: Watchdog } {
  const clock = fakeClock()
  return { clock, client, watchdog: createWatchdog({ clock, signal: client.signal, deadline }) }
}
