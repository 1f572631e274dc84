import { describe, expect, it } from 'vitest'
import { attempt } from '../__fixtures__/attempt.ts'
import { settled } from '../__fixtures__/fake-clock.ts'
import { line, lineProtocol, lineWire } from '../__fixtures__/line-protocol.ts'
import { candidate, END, eventsOf, FINISH, partsOf, provider, START, STREAM, text } from '../__fixtures__/parts.ts'
import { answers, hangs } from '../__fixtures__/scripted-transport.ts'
import { endpointFailure } from '../failure.ts'
import { TransportError } from '../ports/transport.ts'

const EVENTS = [START, text('Hi'), text(' there'), FINISH, END]
const ERROR = line({ type: 'error', failure: endpointFailure('error-in-reply', 'Overloaded.') })
const WHOLE_STREAM = answers(STREAM)
const OPENED = [line(START), line(text('Hi'))]

describe('a stream that ends well', () => {
  it('comes as its events, in their order', async () => {
    const { stream } = attempt([WHOLE_STREAM])
    expect(await eventsOf(await stream())).toEqual(EVENTS)
  })

  it('is the same whatever the pieces in which it comes', async () => {
    const bytes = STREAM.join('')
    for (const size of [1, 7, bytes.length]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.slice(index * size, (index + 1) * size))
      const { stream } = attempt([answers(pieces)])
      expect(await eventsOf(await stream())).toEqual(EVENTS)
    }
  })

  it('names the model that was asked where the upstream does not say which it is', async () => {
    const { stream } = attempt([answers([line({ type: 'start', id: 'reply-1', model: '' }), ...STREAM.slice(1)])])
    expect((await eventsOf(await stream()))[0]).toMatchObject({ type: 'start', model: 'one-model' })
  })

  it('has been reported as healthy at its first token', async () => {
    const { stream, health } = attempt([WHOLE_STREAM])
    await eventsOf(await stream())
    expect(health.reports.map((report) => report.ok)).toEqual([true])
  })

  it('is drained behind its end, so that the connection can be used again', async () => {
    const { stream, deferred, transport, clock, client } = attempt([answers([STREAM.join(''), ': one more comment\n'])])
    await eventsOf(await stream())
    await Promise.all(deferred)
    expect(deferred).toHaveLength(1)
    expect(transport.seen[0]).toMatchObject({ taken: 2, isLeft: false })
    expect(transport.seen[0]?.request.signal.aborted).toBe(false)
    expect(clock.pending()).toBe(0)
    expect(client.listeners()).toBe(0)
  })

  it('is let go of where the server does not close it within a second', async () => {
    const { stream, deferred, transport, clock, client } = attempt([answers(STREAM, { after: 'silence', isDeaf: true })])
    await eventsOf(await stream())
    await clock.advance(1_000)
    await Promise.all(deferred)
    expect(transport.seen[0]?.request.signal.aborted).toBe(true)
    expect(clock.pending()).toBe(0)
    expect(client.listeners()).toBe(0)
  })

  it('says nothing more after its end, however often it is asked', async () => {
    const { stream } = attempt([WHOLE_STREAM])
    const reply = await stream()
    await eventsOf(reply)
    expect(await eventsOf(reply)).toEqual([])
  })
})

describe('before the first token', () => {
  it.each([
    ['an error', answers([line(START), ERROR])],
    ['an error behind a token in the same piece', answers([line(text('Hi')) + ERROR])],
    ['the end of the bytes', answers([line(START)])],
    ['an end without an answer', answers([line(START), line(END)])],
    ['a reset', answers([line(START)], { after: new TransportError('connection-reset', '') })],
    ['an answer in place of a stream', answers(['not a stream'])],
    ['no bytes at all', answers([])],
    ['a stream of comments', answers(Array.from({ length: 1_100 }, () => `:${' '.repeat(1_022)}\n`))],
    ['empty texts', answers([line(START), line(text(''))])],
  ])('%s leads to the next candidate', async (_, scene) => {
    const { stream, client, transport } = attempt([scene, WHOLE_STREAM])
    const reply = await stream()
    expect(reply.attempts.map((one) => one.provider)).toEqual(['one', 'two'])
    expect(await eventsOf(reply)).toEqual(EVENTS)
    expect(transport.seen[0]?.request.signal.aborted).toBe(true)
    expect(client.listeners()).toBe(0)
  })

  it.each([
    ['headers that never come', hangs()],
    ['a first token that never comes', answers([line(START)], { after: 'silence' })],
    ['a first token that never comes, from a transport that does not listen', answers([], { after: 'silence', isDeaf: true })],
  ])('%s lead to the next candidate when the time for it is up', async (_, scene) => {
    const { stream, clock } = attempt([scene, WHOLE_STREAM])
    const pending = stream()
    await clock.advance(29_999)
    await clock.advance(1)
    const reply = await pending
    expect(reply.attempts).toMatchObject([{ outcome: 'first-byte-timeout', latencyMs: 30_000 }, { outcome: 'success' }])
    expect(await eventsOf(reply)).toEqual(EVENTS)
  })
})

describe('after the first token', () => {
  it.each([
    ['an error of the upstream', answers([...OPENED, ERROR]), 'error-in-reply'],
    ['the end of the bytes', answers(OPENED), 'truncated-stream'],
    ['a reset', answers(OPENED, { after: new TransportError('connection-reset', '') }), 'connection-reset'],
    ['an exception of the transport', answers(OPENED, { after: new RangeError('oops') }), 'connection-reset'],
  ])('%s is an error event at the end, and nobody else is asked', async (_, scene, reason) => {
    const { stream, transport, health, clock, client } = attempt([scene, WHOLE_STREAM])
    const events = await eventsOf(await stream())
    expect(events.slice(0, -1)).toEqual([START, text('Hi')])
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { reason } })
    expect(transport.seen).toHaveLength(1)
    expect(health.reports.map((report) => report.ok)).toEqual([true, false])
    expect(clock.pending()).toBe(0)
    expect(client.listeners()).toBe(0)
  })

  it('a stall is an error event when the idle time is up', async () => {
    const { stream, clock } = attempt([answers(OPENED, { after: 'silence', isDeaf: true })])
    const events = eventsOf(await stream())
    await clock.advance(30_000)
    expect((await events).at(-1)).toMatchObject({ type: 'error', failure: { reason: 'idle-timeout' } })
  })

  it('a stream without end is an error event when the total time is up', async () => {
    const clocks = { connectMs: 1, firstByteMs: 1_000, wholeReplyMs: 1_000, idleMs: 1_000, totalMs: 2_500 }
    const { stream, clock } = attempt([answers(Array.from({ length: 100 }, () => line(text('la'))))], { clocks })
    const parts = partsOf(await stream())
    for (let seconds = 0; seconds < 3; seconds += 1) {
      await parts.next()
      await clock.advance(900)
    }
    expect((await parts.next()).value).toMatchObject({ events: [{ type: 'error', failure: { reason: 'total-timeout' } }] })
    expect(await parts.next()).toMatchObject({ done: true })
  })

  it('a slow client is no stall of the upstream', async () => {
    const { stream, clock } = attempt([WHOLE_STREAM])
    const parts = partsOf(await stream())
    await parts.next()
    await clock.advance(600_000)
    expect((await parts.next()).value).toMatchObject({ events: [text(' there')] })
    await clock.advance(200_000)
    expect((await parts.next()).value).toMatchObject({ events: [FINISH] })
  })

  it('a reader that forgets to end its stream is no endless loop', async () => {
    const protocol = { ...lineProtocol, readStream: () => ({ ...lineProtocol.readStream({ stripUsage: false }), end: () => NOTHING }) }
    const forgetful = provider('one', { chat: [{ protocol, path: () => '/', habits: {} }] })
    const { stream } = attempt([answers(OPENED)])
    const events = await eventsOf(await stream({ candidates: [candidate('one', { provider: forgetful })] }))
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { reason: 'truncated-stream' } })
  })

  it('a reader that throws is an error event', async () => {
    let reads = 0
    const reader = {
      read: () => {
        reads += 1
        if (reads > 1) throw new TypeError('a bug of a plug-in')
        return { bytes: new Uint8Array(), events: [text('Hi')] }
      },
      end: () => NOTHING,
    }
    const broken = provider('one', { chat: [{ protocol: { ...lineProtocol, readStream: () => reader }, path: () => '/', habits: {} }] })
    const { stream } = attempt([WHOLE_STREAM])
    const events = await eventsOf(await stream({ candidates: [candidate('one', { provider: broken })] }))
    expect(events).toMatchObject([text('Hi'), { type: 'error', failure: { reason: 'malformed-reply' } }])
  })
})

describe('a client that goes away', () => {
  it.each([false, true])('in the middle stops the upstream, whether it is deaf (%s) or not, and the stream just ends', async (isDeaf) => {
    const { stream, client, clock, transport, health } = attempt([answers(OPENED, { after: 'silence', isDeaf }), WHOLE_STREAM])
    const parts = partsOf(await stream())
    await parts.next()
    const next = parts.next()
    await settled()
    client.leave()
    expect(await next).toEqual({ done: true, value: undefined })
    expect(await parts.next()).toEqual({ done: true, value: undefined })
    expect(transport.seen).toHaveLength(1)
    expect(transport.seen[0]).toMatchObject({ isLeft: true, request: { signal: { aborted: true } } })
    expect(health.reports.map((report) => report.ok)).toEqual([true])
    expect(clock.pending()).toBe(0)
    expect(client.listeners()).toBe(0)
  })

  it('before the first token has no other candidate asked', async () => {
    const { stream, client, transport } = attempt([answers([line(START)], { after: 'silence' }), WHOLE_STREAM])
    const failed = stream().catch((caught: unknown) => caught)
    await settled()
    client.leave()
    expect(await failed).toMatchObject({ code: 'client-closed', attempts: [{ outcome: 'cancelled' }] })
    expect(transport.seen).toHaveLength(1)
  })
})

describe('a stream that is left', () => {
  it.each(['before the first part', 'after the first part', 'while the next part is awaited'])('%s stops the upstream', async (when) => {
    const { stream, client, clock, transport } = attempt([answers(OPENED, { after: 'silence', isDeaf: true })])
    const parts = partsOf(await stream())
    if (when !== 'before the first part') await parts.next()
    const awaited = when === 'while the next part is awaited' ? parts.next() : Promise.resolve({ done: true, value: undefined })
    await parts.return?.()
    expect(await awaited).toEqual({ done: true, value: undefined })
    expect(await parts.next()).toEqual({ done: true, value: undefined })
    expect(transport.seen[0]).toMatchObject({ isLeft: true, request: { signal: { aborted: true } } })
    expect(clock.pending()).toBe(0)
    expect(client.listeners()).toBe(0)
  })

  it('by nobody ever reading it stops at the deadline', async () => {
    const { stream, client, clock, transport } = attempt([answers(OPENED, { after: 'silence' })])
    await stream()
    await clock.advance(900_000)
    expect(transport.seen[0]?.request.signal.aborted).toBe(true)
    expect(clock.pending()).toBe(0)
    expect(client.listeners()).toBe(0)
  })
})

describe('the bytes', () => {
  const wire = lineWire({ model: 'm', messages: [], isStreaming: true })
  const request = lineProtocol.openRequest(wire)

  it('go on as they came where both sides speak one protocol', async () => {
    const { ask } = attempt([WHOLE_STREAM])
    const reply = await ask({ request })
    const bytes: Uint8Array[] = []
    const parts = partsOf(reply)
    for (let next = await parts.next(); !next.done; next = await parts.next()) bytes.push(next.value.bytes)
    expect(bytes.map((piece) => new TextDecoder().decode(piece)).join('')).toBe(STREAM.join(''))
    expect(reply.body).toMatchObject({ protocol: 'lines' })
  })

  it('do not where the upstream breaks its protocol', async () => {
    const careless = provider('one', { chat: [{ protocol: lineProtocol, path: () => '/', habits: { breaksProtocol: true } }] })
    const { ask } = attempt([WHOLE_STREAM])
    const reply = await ask({ request, candidates: [candidate('one', { provider: careless })] })
    expect(reply.body).toMatchObject({ protocol: null })
    await partsOf(reply).return?.()
  })
})

const NOTHING = { bytes: new Uint8Array(), events: [] }
