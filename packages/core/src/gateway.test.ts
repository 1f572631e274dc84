import { describe, expect, it } from 'vitest'
import { gateway } from './__fixtures__/gateway.ts'
import { eventsOf, exchange, partsOf, REPLY, STREAM, STREAMED, text } from './__fixtures__/parts.ts'
import { answers, refuses } from './__fixtures__/scripted-transport.ts'
import { compose, type Stage } from './stage.ts'

describe('a gateway', () => {
  it('routes, asks, fails over and books', async () => {
    const { handle, records } = gateway(refuses(500), answers([JSON.stringify(REPLY)]))
    const reply = await handle(exchange({ strategy: 'local-first' }))
    expect(reply).toMatchObject({ strategy: 'local-first', target: { provider: { name: 'two' } } })
    expect(records).toMatchObject([{ provider: 'two', attempts: 2, status: 'success', strategy: 'local-first', usage: REPLY.usage }])
  })

  it('books a stream once it has ended', async () => {
    const { handle, records } = gateway(answers(STREAM))
    const reply = await handle(exchange({ request: STREAMED }))
    expect(records).toEqual([])
    await eventsOf(reply)
    expect(records).toMatchObject([{ status: 'success', isStreaming: true, provider: 'one' }])
  })

  it('books a stream that nobody took a part of', async () => {
    const { handle, records, transport } = gateway(answers(STREAM))
    await partsOf(await handle(exchange({ request: STREAMED }))).return?.()
    expect(records).toMatchObject([{ status: 'cancelled', provider: 'one', attempts: 1 }])
    expect(transport.seen[0]?.request.signal.aborted).toBe(true)
  })

  it('books a refusal that no provider ever saw', async () => {
    const { handle, records, transport } = gateway(answers(STREAM))
    await expect(handle(exchange({ strategy: 'cheapest' }))).rejects.toMatchObject({ code: 'unknown-strategy' })
    expect(records).toMatchObject([{ status: 'failed', attempts: 0, provider: null }])
    expect(transport.seen).toEqual([])
  })

  it('keeps the requests apart that pass through it at once', async () => {
    const { handle, records } = gateway(answers(STREAM))
    const ids = Array.from({ length: 50 }, (_, index) => `request-${index}`)
    const streams = await Promise.all(ids.map((id) => handle(exchange({ id, request: STREAMED })).then(eventsOf)))
    for (const events of streams) expect(events).toContainEqual(text('Hi'))
    expect(new Set(records.map((record) => record.requestId))).toEqual(new Set(ids))
    expect(records).toHaveLength(50)
  })
})

describe('a composition', () => {
  it('goes inward from the first stage, and comes out by it last', async () => {
    const path: string[] = []
    const named =
      (name: string): Stage =>
      async (passed, next) => {
        path.push(`${name} in`)
        const reply = await next(passed)
        path.push(`${name} out`)
        return reply
      }
    const { handle } = gateway(answers([JSON.stringify(REPLY)]))
    await compose([named('outer'), named('inner')], handle)(exchange())
    expect(path).toEqual(['outer in', 'inner in', 'inner out', 'outer out'])
  })
})
