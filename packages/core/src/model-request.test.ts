import { expect, it } from 'vitest'
import { chatRequest } from './__fixtures__/parts.ts'
import { fromChat } from './model-request.ts'

it('is the request, as a caller in the same process made it', () => {
  const request = chatRequest({ isStreaming: true, wantsStreamUsage: true })
  const opened = fromChat(request)
  expect(opened).toMatchObject({ operation: 'chat', model: 'some-model', isStreaming: true, wantsStreamUsage: true })
  expect(opened.chat()).toBe(request)
  expect(opened.wire).toBeUndefined()
})

it('is about as large as its messages and tools have characters, by four', () => {
  const short = fromChat(chatRequest()).size
  const long = fromChat(chatRequest({ messages: [{ role: 'user', content: [{ type: 'text', text: `Hello${'x'.repeat(4_000)}` }] }] })).size
  expect(long.inputTokens - short.inputTokens).toBe(1_000)
})

it('carries the limits that the client set, or none', () => {
  expect(fromChat(chatRequest()).size).toMatchObject({ maxOutputTokens: null, choiceCount: 1 })
  expect(fromChat(chatRequest({ maxOutputTokens: 9, choiceCount: 2 })).size).toMatchObject({ maxOutputTokens: 9, choiceCount: 2 })
})
