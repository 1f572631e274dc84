import { describe, expect, it } from 'vitest'
import { connectedClient, type Client } from '../__fixtures__/client.ts'
import { EPOCH_MS, fakeClock, settled, type FakeClock } from '../__fixtures__/fake-clock.ts'
import { END, eventsOf, exchange, FINISH, partsOf, PRICE, pricer, REPLY, START, STREAMED, target, text } from '../__fixtures__/parts.ts'
import type { AttemptRecord } from '../attempt/attempt-record.ts'
import { endpointFailure } from '../failure.ts'
import { GatewayError } from '../gateway-error.ts'
import type { ChatEvent } from '../language/chat-event.ts'
import { usageFrom } from '../language/usage.ts'
import type { UsageRecord } from '../ports/usage-log.ts'
import type { StreamPart } from '../protocol.ts'
import type { Exchange, Next, Reply, ReplyBody } from '../stage.ts'
import { settle } from './settle.ts'

const ATTEMPT: AttemptRecord = {
  provider: 'one',
  endpoint: 'one-eu',
  model: 'one-model',
  outcome: 'success',
  status: 200,
  message: null,
  latencyMs: 4,
}
const EVENTS = [START, text('Hi'), text(' there'), FINISH, END]

describe('an answer in one piece', () => {
  it('is booked once, with everything that is known of it', async () => {
    const { pass, clock, records } = stage(async () => {
      await clock.advance(42)
      return replyWith({ kind: 'whole', reply: REPLY, wire: null })
    })
    await pass({ id: 'request-7', caller: { id: 'user-3' } })
    expect(records).toEqual([
      {
        requestId: 'request-7',
        startedMs: EPOCH_MS,
        userId: 'user-3',
        requestedModel: 'some-model',
        model: 'one-model',
        provider: 'one',
        endpoint: 'one-eu',
        usage: REPLY.usage,
        costNanoUsd: 7,
        latencyMs: 42,
        firstTokenMs: null,
        status: 'success',
        errorMessage: null,
        strategy: 'cheapest',
        attempts: 1,
        isStreaming: false,
        wasCached: false,
        warnings: [],
      },
    ])
  })

  it('costs nobody knows what where there is no price', async () => {
    const { pass, records } = stage(async () => ({ ...replyWith({ kind: 'whole', reply: REPLY, wire: null }), target: target('one') }))
    await pass()
    expect(records).toMatchObject([{ costNanoUsd: null, status: 'success' }])
  })
})

describe('a streamed answer', () => {
  it('is booked once, at its end, with the time of its first token', async () => {
    const { pass, clock, records, client } = stage(streams(EVENTS))
    const parts = partsOf(await pass({ request: STREAMED }))
    await clock.advance(10)
    await parts.next()
    await clock.advance(5)
    await parts.next()
    await clock.advance(5)
    expect(records).toEqual([])
    while (!(await parts.next()).done);
    await parts.return?.()
    expect(records).toMatchObject([
      { status: 'success', firstTokenMs: 15, latencyMs: 20, isStreaming: true, costNanoUsd: STREAMED.size.inputTokens + 2 },
    ])
    expect(records[0]?.usage).toEqual(usageFrom({ input: STREAMED.size.inputTokens, output: 2 }, 'estimated'))
    expect(client.listeners()).toBe(0)
  })

  it('passes every part on as it is', async () => {
    const { pass } = stage(streams(EVENTS))
    expect(await eventsOf(await pass())).toEqual(EVENTS)
  })

  it('that breaks off is booked as failed, with what was used', async () => {
    const failure = endpointFailure('connection-reset', 'The upstream closed the connection.')
    const { pass, records, client } = stage(streams([START, text('Hi'), { type: 'error', failure }]))
    await eventsOf(await pass())
    expect(records).toMatchObject([{ status: 'failed', errorMessage: 'The upstream closed the connection.', provider: 'one' }])
    expect(records[0]?.usage.output).toEqual({ tokens: 1, provenance: 'partial' })
    expect(client.listeners()).toBe(0)
  })

  it('that stalls is booked as out of time', async () => {
    const { pass, records } = stage(streams([START, text('Hi'), { type: 'error', failure: endpointFailure('idle-timeout', '') }]))
    await eventsOf(await pass())
    expect(records).toMatchObject([{ status: 'timeout' }])
  })
})

describe('a client that goes away', () => {
  const CANCELLED = { status: 'cancelled', errorMessage: 'The client closed the request.', provider: 'one', attempts: 1 }

  it('in the middle of a stream is booked once, with what it was given', async () => {
    const { pass, records, client } = stage(streams(EVENTS))
    const parts = partsOf(await pass())
    await parts.next()
    await parts.next()
    await parts.return?.()
    await parts.return?.()
    client.leave()
    expect(records).toMatchObject([CANCELLED])
    expect(records[0]?.usage.output).toEqual({ tokens: 1, provenance: 'partial' })
    expect(client.listeners()).toBe(0)
  })

  it('before it took the first part is booked, and the upstream is let go of', async () => {
    let isLeft = false
    const { pass, records, client } = stage(streams(EVENTS, () => (isLeft = true)))
    await partsOf(await pass()).return?.()
    expect(records).toMatchObject([CANCELLED])
    expect(isLeft).toBe(true)
    expect(client.listeners()).toBe(0)
  })

  it('is booked at once, though nobody reads or returns the stream any more', async () => {
    const { pass, records, client } = stage(streams(EVENTS))
    await partsOf(await pass()).next()
    client.leave()
    expect(records).toMatchObject([CANCELLED])
  })

  it('after the end changes nothing', async () => {
    const { pass, records, client } = stage(streams(EVENTS))
    await eventsOf(await pass())
    client.leave()
    expect(records).toMatchObject([{ status: 'success' }])
  })

  it('while a stream ends without an end is booked', async () => {
    const { pass, records } = stage(streams([START, text('Hi')]))
    await eventsOf(await pass())
    expect(records).toMatchObject([CANCELLED])
  })

  it('before anything came is booked, with the attempt that was under way and no usage made up', async () => {
    const { pass, records } = stage(() => {
      throw new GatewayError('client-closed', 'The client closed the request.', { attempts: [{ ...ATTEMPT, outcome: 'cancelled' }] })
    })
    await expect(pass()).rejects.toMatchObject({ code: 'client-closed' })
    expect(records).toMatchObject([{ ...CANCELLED, usage: {}, costNanoUsd: null, model: 'one-model' }])
  })
})

describe('a refusal', () => {
  it('is booked once, with nobody as its answerer', async () => {
    const { pass, records } = stage(() => {
      throw new GatewayError('model-not-found', 'There is no such model.')
    })
    await expect(pass()).rejects.toMatchObject({ code: 'model-not-found' })
    expect(records).toMatchObject([
      {
        status: 'failed',
        errorMessage: 'There is no such model.',
        model: null,
        provider: null,
        endpoint: null,
        attempts: 0,
        strategy: 'cheapest',
      },
    ])
  })

  it('of all endpoints is booked with the last of them', async () => {
    const attempts = [ATTEMPT, { ...ATTEMPT, provider: 'two', endpoint: 'two' }]
    const { pass, records } = stage(() => {
      throw new GatewayError('all-endpoints-failed', 'All failed.', {
        attempts,
        failure: endpointFailure('first-byte-timeout', 'Too late.'),
      })
    })
    await expect(pass()).rejects.toMatchObject({ code: 'all-endpoints-failed' })
    expect(records).toMatchObject([{ status: 'timeout', errorMessage: 'Too late.', provider: 'two', attempts: 2 }])
  })

  it('is booked without the words of the upstream, which may quote the prompt', async () => {
    const failure = { ...endpointFailure('rejected', 'The upstream refused the request.'), detail: { message: 'secret prompt' } }
    const { pass, records } = stage(() => {
      throw new GatewayError('upstream-rejected', 'secret prompt', { failure })
    })
    await expect(pass()).rejects.toThrow('secret prompt')
    expect(JSON.stringify(records)).not.toContain('secret prompt')
  })

  it('by a bug becomes an error of ours, with the bug as its cause', async () => {
    const bug = new TypeError('a bug of a plug-in')
    const { pass, records } = stage(() => {
      throw bug
    })
    const error = await pass().catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(GatewayError)
    expect(error).toMatchObject({ code: 'internal', cause: bug })
    expect(records).toMatchObject([{ status: 'failed', errorMessage: 'The gateway failed.' }])
  })

  it('keeps a strategy that exists, and no other words of the client, in the record', async () => {
    const { pass, records } = stage(() => {
      throw new GatewayError('unknown-strategy', 'No.')
    })
    const request = { ...exchange().request, model: 'm'.repeat(10_000) }
    await expect(pass({ strategy: 'dearest', request })).rejects.toThrow('No.')
    await expect(pass({ strategy: '<script>' })).rejects.toThrow('No.')
    expect(records.map((record) => record.strategy)).toEqual(['dearest', 'cheapest'])
    expect(records[0]?.requestedModel).toHaveLength(256)
  })
})

interface Stage {
  readonly clock: FakeClock
  readonly client: Client
  readonly records: readonly UsageRecord[]
  pass(overrides?: Partial<Exchange>): Promise<Reply>
}

function stage(next: (exchange: Exchange) => Promise<Reply>): Stage {
  const clock = fakeClock()
  const client = connectedClient()
  const records: UsageRecord[] = []
  const strategies = [{ name: 'cheapest' }, { name: 'dearest' }]
  const settling = settle({ clock, pricer, strategies, record: (record) => records.push(record) })
  const inner: Next = async (passed) => next(passed)
  return { clock, client, records, pass: (overrides) => settling(exchange({ signal: client.signal, ...overrides }), inner) }
}

function replyWith(body: ReplyBody): Reply {
  return { target: target('one', { price: PRICE }), strategy: 'cheapest', attempts: [ATTEMPT], warnings: [], body }
}

/** A stage that streams these events, one a part. */
function streams(events: readonly ChatEvent[], onReturn: () => void = () => {}): (passed: Exchange) => Promise<Reply> {
  const left = events.map((event): StreamPart => ({ bytes: new Uint8Array(), events: [event] }))
  const iterator: AsyncIterator<StreamPart> = {
    async next() {
      await settled()
      const part = left.shift()
      return part ? { done: false, value: part } : { done: true, value: undefined }
    },
    async return() {
      onReturn()
      return { done: true, value: undefined }
    },
  }
  return async () => replyWith({ kind: 'stream', parts: { [Symbol.asyncIterator]: () => iterator }, protocol: null })
}
