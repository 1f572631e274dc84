import { describe, expect, it } from 'vitest'
import { attempt } from '../__fixtures__/attempt.ts'
import { settled } from '../__fixtures__/fake-clock.ts'
import { lineProtocol } from '../__fixtures__/line-protocol.ts'
import { candidate, provider, REPLY, STREAM } from '../__fixtures__/parts.ts'
import { answers, breaks, hangs, refuses, scriptedTransport } from '../__fixtures__/scripted-transport.ts'
import { GatewayError } from '../gateway-error.ts'
import { TransportError } from '../ports/transport.ts'

const ANSWER = answers([JSON.stringify(REPLY)])
const REFUSED = breaks(new TransportError('connection-failed', 'ECONNREFUSED 10.0.0.1'))

describe('an upstream that answers', () => {
  it('is asked once, and its answer comes back', async () => {
    const { ask, transport } = attempt([ANSWER])
    const reply = await ask()
    expect(reply.body).toMatchObject({ kind: 'whole', reply: REPLY })
    expect(reply.attempts).toMatchObject([{ provider: 'one', model: 'one-model', outcome: 'success', status: 200, message: null }])
    expect(transport.seen).toHaveLength(1)
  })

  it('leaves no timer and no listener behind', async () => {
    const { ask, clock, client } = attempt([ANSWER])
    await ask()
    expect(clock.pending()).toBe(0)
    expect(client.listeners()).toBe(0)
  })

  it('is reported as healthy', async () => {
    const { ask, health } = attempt([ANSWER])
    await ask()
    expect(health.reports).toMatchObject([{ endpoint: 'one', ok: true, source: 'request' }])
  })
})

describe('an upstream that fails', () => {
  it.each([
    ['refuses the connection', REFUSED, { outcome: 'connection-failed', status: null }],
    ['answers 500', refuses(500), { outcome: 'server-error', status: 500 }],
    ['answers 429', refuses(429), { outcome: 'rate-limited', status: 429 }],
    ['answers 401', refuses(401), { outcome: 'authentication-failed', status: 401 }],
    [
      'answers 200 with an error inside',
      answers(['{"failure":{"scope":"endpoint","reason":"error-in-reply","retryable":true}}']),
      { outcome: 'error-in-reply', status: null },
    ],
    ['answers with HTML', answers(['<html>']), { outcome: 'malformed-reply', status: 200 }],
    ['answers with JSON that is no object', answers(['[]']), { outcome: 'malformed-reply', status: 200 }],
    ['answers with nothing', answers([]), { outcome: 'empty-reply', status: 200 }],
    [
      'cuts its answer',
      answers(['{"id":'], { after: new TransportError('connection-reset', '') }),
      { outcome: 'connection-reset', status: null },
    ],
    ['breaks the rules of transports', breaks('a string'), { outcome: 'connection-failed', status: null }],
    ['breaks the rules of bodies', answers(['{'], { after: new RangeError('oops') }), { outcome: 'connection-reset', status: null }],
  ])('and %s gives way to the next', async (_, scene, failure) => {
    const { ask, health, clock, client } = attempt([scene, ANSWER])
    const reply = await ask()
    expect(reply.target.provider.name).toBe('two')
    expect(reply.attempts).toMatchObject([
      { provider: 'one', ...failure },
      { provider: 'two', outcome: 'success' },
    ])
    expect(health.reports.map(({ endpoint, ok }) => [endpoint, ok])).toEqual([
      ['one', false],
      ['two', true],
    ])
    expect(clock.pending()).toBe(0)
    expect(client.listeners()).toBe(0)
  })

  it('and never answers gives way to the next when its time is up', async () => {
    const { ask, clock } = attempt([hangs(), ANSWER])
    const reply = ask()
    await clock.advance(300_000)
    expect((await reply).attempts).toMatchObject([{ outcome: 'first-byte-timeout', latencyMs: 300_000 }, { outcome: 'success' }])
  })

  it('and ignores that its time is up gives way all the same', async () => {
    const { ask, clock, transport } = attempt([hangs({ isDeaf: true }), ANSWER])
    const reply = ask()
    await clock.advance(300_000)
    expect((await reply).target.provider.name).toBe('two')
    expect(transport.seen[0]?.request.signal.aborted).toBe(true)
  })

  it('in a protocol that throws at an answer gives way, and the exception is kept for the log', async () => {
    const bug = new TypeError('a bug of a plug-in')
    const protocol = {
      ...lineProtocol,
      readReply: () => {
        throw bug
      },
    }
    const broken = provider('one', { chat: [{ protocol, path: () => '/', habits: {} }] })
    const { ask } = attempt([ANSWER], { maxAttempts: 1 })
    const error = await ask({ candidates: [candidate('one', { provider: broken })] }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'all-endpoints-failed', cause: bug, attempts: [{ outcome: 'malformed-reply' }] })
  })
})

describe('a client at fault', () => {
  it('hears so from the first upstream, and no other is asked', async () => {
    const { ask, transport, health } = attempt([refuses(400, { detail: { message: 'No such tool.' } }), ANSWER])
    await expect(ask()).rejects.toMatchObject({ code: 'upstream-rejected', message: 'No such tool.' })
    expect(transport.seen).toHaveLength(1)
    expect(health.reports).toEqual([])
  })

  it('says nothing about the health of an endpoint that lacks the model', async () => {
    const { ask, health } = attempt([refuses(404), ANSWER])
    await ask()
    expect(health.reports).toMatchObject([{ endpoint: 'two', ok: true }])
  })
})

describe('an error whose body does not come', () => {
  it('is judged by its status after five seconds', async () => {
    const { ask, clock } = attempt([answers([], { status: 401, after: 'silence', isDeaf: true }), ANSWER])
    const reply = ask()
    await clock.advance(5_000)
    expect((await reply).attempts).toMatchObject([{ outcome: 'authentication-failed', status: 401 }, { outcome: 'success' }])
    expect(clock.pending()).toBe(0)
  })

  it('is judged by its status where it breaks off', async () => {
    const { ask, clock, client } = attempt([answers(['{"rea'], { status: 503, after: new TransportError('connection-reset', '') }), ANSWER])
    expect((await ask()).attempts[0]).toMatchObject({ outcome: 'overloaded', status: 503 })
    expect(clock.pending()).toBe(0)
    expect(client.listeners()).toBe(0)
  })

  it('is read to 64 KiB and no further', async () => {
    const { ask, transport } = attempt([
      answers(
        Array.from({ length: 100 }, () => ' '.repeat(1024)),
        { status: 500 },
      ),
      ANSWER,
    ])
    await ask()
    expect(transport.seen[0]).toMatchObject({ taken: 65, isLeft: true })
  })
})

describe('when all fail', () => {
  it('the error lists every attempt without an address', async () => {
    const { ask, clock } = attempt([REFUSED])
    const failed = ask().catch((caught: unknown) => caught)
    await clock.advance(500)
    const error = await failed
    expect(error).toBeInstanceOf(GatewayError)
    expect(error).toMatchObject({
      code: 'all-endpoints-failed',
      attempts: [
        { provider: 'one', endpoint: 'one', outcome: 'connection-failed', message: 'The upstream could not be reached.' },
        { provider: 'two', endpoint: 'two' },
        { provider: 'one', endpoint: 'one' },
      ],
    })
    expect(JSON.stringify(error)).not.toContain('10.0.0.1')
  })

  it('waits before it asks the same upstream again, with jitter', async () => {
    const { ask, clock, transport } = attempt([REFUSED])
    const failed = ask().catch((caught: unknown) => caught)
    await clock.advance(249)
    expect(transport.seen).toHaveLength(2)
    await clock.advance(1)
    expect(transport.seen).toHaveLength(3)
    await failed
    expect(clock.pending()).toBe(0)
  })

  it('asks once where failover is off', async () => {
    const { ask, transport } = attempt([REFUSED], { failover: false })
    await expect(ask()).rejects.toMatchObject({ code: 'all-endpoints-failed' })
    expect(transport.seen).toHaveLength(1)
  })
})

describe('the deadline of the ladder', () => {
  const clocks = { connectMs: 5_000, firstByteMs: 60_000, wholeReplyMs: 60_000, idleMs: 30_000, totalMs: 20_000 }

  it('leaves the second its share when the first hangs', async () => {
    const { ask, clock } = attempt([hangs(), ANSWER], { clocks })
    const reply = ask()
    await clock.advance(10_000)
    expect((await reply).attempts).toMatchObject([{ outcome: 'first-byte-timeout', latencyMs: 10_000 }, { outcome: 'success' }])
  })

  it('leaves the second its share when the first trickles', async () => {
    const trickle = answers(['{', ' ', ' '], { after: 'silence' })
    const { ask, clock } = attempt([trickle, ANSWER], { clocks })
    const reply = ask()
    await clock.advance(10_000)
    expect((await reply).attempts).toMatchObject([{ outcome: 'total-timeout', latencyMs: 10_000 }, { outcome: 'success' }])
  })

  it('ends the ladder', async () => {
    const { ask, clock, transport } = attempt([hangs()], { clocks })
    const failed = ask().catch((caught: unknown) => caught)
    await clock.advance(20_000)
    expect(await failed).toMatchObject({ code: 'all-endpoints-failed', attempts: [{ latencyMs: 10_000 }, { latencyMs: 10_000 }] })
    expect(transport.seen).toHaveLength(2)
  })
})

describe('a client that goes away', () => {
  it.each([
    ['an upstream that obeys', hangs()],
    ['an upstream that does not', hangs({ isDeaf: true })],
    ['an upstream in the middle of its answer', answers(['{"id"'], { after: 'silence', isDeaf: true })],
    ['an upstream in the middle of its error', answers(['{'], { status: 500, after: 'silence', isDeaf: true })],
  ])('stops %s, and nobody else is asked', async (_, scene) => {
    const { ask, client, clock, transport, health } = attempt([scene, ANSWER])
    const failed = ask().catch((caught: unknown) => caught)
    await settled()
    client.leave()
    expect(await failed).toMatchObject({
      code: 'client-closed',
      attempts: [{ provider: 'one', outcome: 'cancelled', status: null, message: 'The client closed the request.' }],
    })
    expect(transport.seen).toHaveLength(1)
    expect(transport.seen[0]?.request.signal.aborted).toBe(true)
    expect(health.reports).toEqual([])
    expect(clock.pending()).toBe(0)
    expect(client.listeners()).toBe(0)
  })

  it('while the gateway waits to try again has no further attempt made', async () => {
    const { ask, client, clock, transport } = attempt([REFUSED])
    const failed = ask().catch((caught: unknown) => caught)
    await settled()
    client.leave()
    expect(await failed).toMatchObject({
      code: 'client-closed',
      attempts: [{ outcome: 'connection-failed' }, { outcome: 'connection-failed' }],
    })
    expect(transport.seen).toHaveLength(2)
    expect(clock.pending()).toBe(0)
    expect(client.listeners()).toBe(0)
  })

  it('before the first attempt has none made', async () => {
    const { ask, client, transport } = attempt([ANSWER])
    client.leave()
    await expect(ask()).rejects.toMatchObject({ code: 'client-closed', attempts: [] })
    expect(transport.seen).toHaveLength(0)
  })

  it('has an answer that comes too late closed', async () => {
    const late = Promise.withResolvers<void>()
    const { ask, client, transport } = attempt([(request, seen) => late.promise.then(() => answers(STREAM)(request, seen))])
    const failed = ask().catch((caught: unknown) => caught)
    await settled()
    client.leave()
    await failed
    late.resolve()
    await settled()
    expect(transport.seen[0]).toMatchObject({ isLeft: true, taken: 0 })
  })
})

it('uses the way of a provider that has one of its own', async () => {
  const own = scriptedTransport(ANSWER)
  const { ask, transport } = attempt([REFUSED])
  await ask({ candidates: [candidate('one', { provider: provider('one', { transport: own }) })] })
  expect(own.seen).toHaveLength(1)
  expect(transport.seen).toHaveLength(0)
})

it('passes on what is wrong with the request itself, and asks nobody', async () => {
  const { ask, transport } = attempt([ANSWER])
  const request = {
    operation: 'chat' as const,
    model: 'm',
    isStreaming: false,
    wantsStreamUsage: false,
    size: { inputTokens: 1, maxOutputTokens: null, choiceCount: 1 },
    chat: () => {
      throw new GatewayError('invalid-request', 'messages[0] is no message.')
    },
  }
  await expect(ask({ request })).rejects.toMatchObject({ code: 'invalid-request' })
  expect(transport.seen).toHaveLength(0)
})
