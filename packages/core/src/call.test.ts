import { describe, expect, it } from 'vitest'
import { settled } from './__fixtures__/fake-clock.ts'
import { gateway } from './__fixtures__/gateway.ts'
import { line } from './__fixtures__/line-protocol.ts'
import { chatRequest, END, FINISH, REPLY, START, STREAM, text } from './__fixtures__/parts.ts'
import { answers, hangs, refuses } from './__fixtures__/scripted-transport.ts'
import { askChat, openExchange, streamChat, type ChatQuestion } from './call.ts'
import { GatewayError } from './gateway-error.ts'
import type { ChatEvent } from './language/chat-event.ts'
import { fromChat } from './model-request.ts'

const QUESTION: ChatQuestion = { model: 'some-model', messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }] }
const STALLED = answers([line(START), line(text('Hi'))], { after: 'silence' })

describe('asking', () => {
  it('gives the whole answer', async () => {
    const { handle } = gateway(answers([JSON.stringify(REPLY)]))
    expect(await askChat(handle, QUESTION)).toEqual(REPLY)
  })

  it('is booked under the name of its caller, with a strategy and an id of its choice', async () => {
    const { handle, records } = gateway(answers([JSON.stringify(REPLY)]))
    await askChat(handle, QUESTION, { callerId: 'billing', strategy: 'local-first', requestId: 'request-9' })
    expect(records).toMatchObject([{ requestId: 'request-9', userId: 'billing', strategy: 'local-first', isStreaming: false }])
  })

  it('makes up a new id each time', async () => {
    const { handle, records } = gateway(answers([JSON.stringify(REPLY)]))
    await askChat(handle, QUESTION)
    await askChat(handle, QUESTION)
    expect(new Set(records.map((record) => record.requestId)).size).toBe(2)
    expect(records[0]).toMatchObject({ requestId: expect.stringMatching(/^[\w-]{36}$/), userId: null })
  })

  it('rejects as the gateway does', async () => {
    const { handle } = gateway(refuses(500))
    await expect(askChat(handle, QUESTION)).rejects.toMatchObject({ code: 'all-endpoints-failed' })
  })

  it('can be aborted, and the upstream hears of it', async () => {
    const controller = new AbortController()
    const { handle, transport, records } = gateway(hangs())
    const failed = askChat(handle, QUESTION, { signal: controller.signal }).catch((error: unknown) => error)
    await settled()
    controller.abort()
    expect(await failed).toMatchObject({ code: 'client-closed' })
    expect(transport.seen[0]?.request.signal.aborted).toBe(true)
    expect(records).toMatchObject([{ status: 'cancelled', attempts: 1 }])
  })
})

describe('streaming', () => {
  it('gives the events as they come, to the end', async () => {
    const { handle, records } = gateway(answers(STREAM))
    expect(await collected(streamChat(handle, QUESTION))).toEqual([START, text('Hi'), text(' there'), FINISH, END])
    expect(records).toMatchObject([{ status: 'success', isStreaming: true }])
  })

  it('sends nothing before the first event is asked for', async () => {
    const { handle, transport } = gateway(answers(STREAM))
    const events = streamChat(handle, QUESTION)
    await settled()
    expect(transport.seen).toHaveLength(0)
    await events.return()
    expect(transport.seen).toHaveLength(0)
  })

  it('stops the upstream when the loop is left, and books what was used', async () => {
    const { handle, transport, records } = gateway(STALLED)
    for await (const event of streamChat(handle, QUESTION)) if (event.type === 'text-delta') break
    expect(transport.seen[0]?.request.signal.aborted).toBe(true)
    expect(records).toMatchObject([{ status: 'cancelled', usage: { output: { tokens: 1, provenance: 'partial' } } }])
  })

  it('throws what the gateway refuses', async () => {
    const { handle } = gateway(refuses(400, { detail: { message: 'No such tool.' } }))
    await expect(collected(streamChat(handle, QUESTION))).rejects.toMatchObject({ code: 'upstream-rejected', message: 'No such tool.' })
  })

  it('throws where the answer breaks off, after the events that came', async () => {
    const { handle } = gateway(answers([line(START), line(text('Hi'))]))
    const seen: ChatEvent[] = []
    const error = await drainInto(seen, streamChat(handle, QUESTION))
    expect(seen).toEqual([START, text('Hi')])
    expect(error).toBeInstanceOf(GatewayError)
    expect(error).toMatchObject({ code: 'stream-interrupted', failure: { reason: 'truncated-stream' }, attempts: [{ provider: 'one' }] })
  })

  it('throws where its signal is aborted: an answer without its end is not mistaken for a whole one', async () => {
    const controller = new AbortController()
    const { handle, records } = gateway(STALLED)
    const seen: ChatEvent[] = []
    const done = drainInto(seen, streamChat(handle, QUESTION, { signal: controller.signal }))
    await settled()
    controller.abort()
    expect(await done).toMatchObject({ code: 'client-closed' })
    expect(seen).toEqual([START, text('Hi')])
    expect(records).toMatchObject([{ status: 'cancelled' }])
  })

  it('tells the runtime of work that outlives the call', async () => {
    const deferred: Promise<unknown>[] = []
    const { handle } = gateway(answers(STREAM))
    await collected(streamChat(handle, QUESTION, { defer: (work) => deferred.push(work) }))
    expect(deferred).toHaveLength(1)
    await Promise.all(deferred)
  })
})

describe('an exchange of one’s own', () => {
  it('swallows no signal and lets deferred work fail in peace', async () => {
    const { signal } = new AbortController()
    const exchange = openExchange(fromChat(chatRequest()), { signal })
    expect(exchange).toMatchObject({ signal, candidates: [], caller: { id: null } })
    expect('strategy' in exchange).toBe(false)
    exchange.defer(Promise.reject(new Error('late')))
    await settled()
  })
})

async function collected(events: AsyncIterable<ChatEvent>): Promise<readonly ChatEvent[]> {
  return Array.fromAsync(events)
}

/** Takes all events; gives the error that ended them. */
async function drainInto(seen: ChatEvent[], events: AsyncIterable<ChatEvent>): Promise<unknown> {
  try {
    for await (const event of events) seen.push(event)
  } catch (error) {
    return error
  }
  return null
}
