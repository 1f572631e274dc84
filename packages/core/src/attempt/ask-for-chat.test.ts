import { describe, expect, it } from 'vitest'
import { lineProtocol, lineWire } from '../__fixtures__/line-protocol.ts'
import { chatRequest, provider, target } from '../__fixtures__/parts.ts'
import { fromChat } from '../model-request.ts'
import type { Habits, Target } from '../provider.ts'
import { askForChat } from './ask-for-chat.ts'

describe('where client and upstream speak one protocol', () => {
  const request = lineProtocol.openRequest(lineWire({ model: 'alias', messages: [], isStreaming: true, unknownField: 1 }))

  it('passes the body on, unknown fields and all, under the name that the target knows', () => {
    const written = askForChat(request, target('one'))
    expect(written).toMatchObject({ url: 'https://one.test/chat', reading: { passesReply: true }, warnings: [] })
    expect(bodyOf(written.body)).toMatchObject({ model: 'one-model', unknownField: 1, asksForUsage: true })
  })

  it('strips the usage that only the gateway asked for', () => {
    expect(askForChat(request, target('one')).reading.stripsUsage).toBe(true)
    expect(askForChat({ ...request, wantsStreamUsage: true }, target('one')).reading.stripsUsage).toBe(false)
  })

  it('does not ask a server for usage that refuses to be asked', () => {
    expect(bodyOf(askForChat(request, withHabits({ refusesStreamUsage: true })).body)).toMatchObject({ asksForUsage: false })
  })

  it('does not pass on an answer whose bytes break the protocol', () => {
    const written = askForChat(request, withHabits({ breaksProtocol: true }))
    expect(written).toMatchObject({ reading: { passesReply: false, stripsUsage: false } })
  })
})

describe('where they do not', () => {
  it('writes the request anew, and says what was lost', () => {
    const written = askForChat(fromChat(chatRequest({ isStreaming: true })), target('one'))
    expect(written).toMatchObject({ reading: { passesReply: false, stripsUsage: false }, warnings: [{ change: 'dropped', field: 'seed' }] })
    expect(bodyOf(written.body)).toMatchObject({ model: 'one-model', wantsStreamUsage: true, messages: chatRequest().messages })
  })

  it('says what the client’s own protocol had to say in another form', () => {
    const { warnings } = askForChat(fromChat(chatRequest({ emulated: ['prompt'] })), target('one'))
    expect(warnings).toContainEqual({ change: 'emulated', field: 'prompt' })
  })
})

describe('the headers', () => {
  it('are the endpoint’s own and what the body needs, and nothing of the client', () => {
    expect(askForChat(fromChat(chatRequest()), target('one')).headers).toEqual({
      accept: 'application/json',
      'accept-encoding': 'identity',
      authorization: 'Bearer key-of-one',
      'content-type': 'application/json',
    })
  })

  it('have what the protocol lets a client say of its request, to a vendor of the same protocol', () => {
    const wire = {
      ...lineWire({ model: 'alias', messages: [], isStreaming: false }),
      headers: { 'x-beta': 'tools', authorization: 'Bearer client' },
    }
    const chat = [{ protocol: { ...lineProtocol, requestHeaders: ['x-beta'] }, path: () => '/', habits: {} }] as const
    const { headers } = askForChat(lineProtocol.openRequest(wire), target('one', { provider: provider('one', { chat }) }))
    expect(headers).toMatchObject({ 'x-beta': 'tools', authorization: 'Bearer key-of-one' })
    const elsewhere = askForChat({ ...lineProtocol.openRequest(wire), wire: { ...wire, protocol: 'other' } }, target('one'))
    expect(elsewhere.headers).not.toHaveProperty('x-beta')
  })

  it('ask for events where the answer is to be streamed', () => {
    expect(askForChat(fromChat(chatRequest({ isStreaming: true })), target('one')).headers).toMatchObject({
      accept: 'text/event-stream',
    })
  })
})

function withHabits(habits: Habits): Target {
  return target('one', { provider: provider('one', { chat: [{ protocol: lineProtocol, path: () => '/', habits }] }) })
}

function bodyOf(body: string | Uint8Array | null): unknown {
  return JSON.parse(body instanceof Uint8Array ? new TextDecoder().decode(body) : (body ?? ''))
}
