import { describe, expect, it } from 'vitest'
import { lineProtocol, lineWire } from '../__fixtures__/line-protocol.ts'
import { chatRequest, provider, target } from '../__fixtures__/parts.ts'
import { fromChat } from '../model-request.ts'
import type { Habits, Target } from '../provider.ts'
import { writeUpstreamRequest } from './write-upstream-request.ts'

describe('where client and upstream speak one protocol', () => {
  const request = lineProtocol.openRequest(lineWire({ model: 'alias', messages: [], isStreaming: true, unknownField: 1 }))

  it('passes the body on, unknown fields and all, under the name that the target knows', () => {
    const written = writeUpstreamRequest(request, target('one'))
    expect(written).toMatchObject({ url: 'https://one.test/chat', passesReply: true, warnings: [] })
    expect(bodyOf(written.body)).toMatchObject({ model: 'one-model', unknownField: 1, asksForUsage: true })
  })

  it('strips the usage that only the gateway asked for', () => {
    expect(writeUpstreamRequest(request, target('one')).stripsUsage).toBe(true)
    expect(writeUpstreamRequest({ ...request, wantsStreamUsage: true }, target('one')).stripsUsage).toBe(false)
  })

  it('does not ask a server for usage that refuses to be asked', () => {
    expect(bodyOf(writeUpstreamRequest(request, withHabits({ refusesStreamUsage: true })).body)).toMatchObject({ asksForUsage: false })
  })

  it('does not pass on an answer whose bytes break the protocol', () => {
    const written = writeUpstreamRequest(request, withHabits({ breaksProtocol: true }))
    expect(written).toMatchObject({ passesReply: false, stripsUsage: false })
  })
})

describe('where they do not', () => {
  it('writes the request anew, and says what was lost', () => {
    const written = writeUpstreamRequest(fromChat(chatRequest({ isStreaming: true })), target('one'))
    expect(written).toMatchObject({ passesReply: false, stripsUsage: false, warnings: [{ change: 'dropped', field: 'seed' }] })
    expect(bodyOf(written.body)).toMatchObject({ model: 'one-model', wantsStreamUsage: true, messages: chatRequest().messages })
  })
})

describe('the headers', () => {
  it('are the endpoint’s own and what the body needs, and nothing of the client', () => {
    expect(writeUpstreamRequest(fromChat(chatRequest()), target('one')).headers).toEqual({
      accept: 'application/json',
      'accept-encoding': 'identity',
      authorization: 'Bearer key-of-one',
      'content-type': 'application/json',
    })
  })

  it('ask for events where the answer is to be streamed', () => {
    expect(writeUpstreamRequest(fromChat(chatRequest({ isStreaming: true })), target('one')).headers).toMatchObject({
      accept: 'text/event-stream',
    })
  })
})

function withHabits(habits: Habits): Target {
  return target('one', { provider: provider('one', { chat: [{ protocol: lineProtocol, path: () => '/', habits }] }) })
}

function bodyOf(body: string | Uint8Array): unknown {
  return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body))
}
