import { askChat, streamChat, type Next } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { gatewayOf, question } from '../__fixtures__/gateway.ts'
import { aiSdkProvider } from './ai-sdk-provider.ts'
import type { LanguageModel } from './language-model.ts'

describe('a model of another version', () => {
  const streamOf = (...parts: readonly object[]): ReadableStream<object> =>
    new ReadableStream({
      start(controller) {
        for (const part of parts) controller.enqueue(part)
        controller.close()
      },
    })
  const asked: object[] = []
  const modelOf = (version: string, result: object, ...parts: readonly object[]): LanguageModel => ({
    specificationVersion: version,
    modelId: 'made',
    doGenerate: async (options) => {
      asked.push(options)
      return result
    },
    doStream: async () => ({ stream: streamOf(...parts) }),
  })
  const bridge = (model: LanguageModel): Next =>
    gatewayOf(aiSdkProvider({ name: 'bridge', models: { chat: model }, providerOptions: { made: { deep: true } } }))
  const V2_USAGE = { inputTokens: 3, outputTokens: 4, totalTokens: 7, reasoningTokens: 2, cachedInputTokens: 1 }

  it('counts and stops as v2 says it, and sees addresses as URL objects', async () => {
    const handle = bridge(modelOf('v2', { content: [{ type: 'text', text: 'Hi' }], finishReason: 'length', usage: V2_USAGE }))
    const image = { type: 'media', kind: 'image', source: { from: 'url', url: 'https://a.example/a.png' } } as const
    const reply = await askChat(handle, question({ messages: [{ role: 'user', content: [image] }] }))
    expect(reply.choices[0]?.finishReason).toBe('length')
    expect(reply.usage).toMatchObject({ input: { tokens: 3 }, cachedInput: { tokens: 1 }, output: { tokens: 4 }, reasoning: { tokens: 2 } })
    const file = { type: 'file', mediaType: 'image/*', data: new URL('https://a.example/a.png') }
    expect(asked.at(-1)).toMatchObject({ prompt: [{ role: 'user', content: [file] }], providerOptions: { made: { deep: true } } })
  })

  it('carries thoughts with what their model needs to know them again', async () => {
    const signed = { anthropic: { signature: 'sealed' } }
    const usage = { inputTokens: { total: 1 }, outputTokens: { total: 2 } }
    const handle = bridge(
      modelOf(
        'v3',
        { content: [{ type: 'text', text: 'ok' }], finishReason: { unified: 'stop', raw: 'end' }, usage },
        { type: 'reasoning-start', id: 'r' },
        { type: 'reasoning-delta', id: 'r', delta: 'Hm.' },
        { type: 'reasoning-delta', id: 'r', delta: '', providerMetadata: signed },
        { type: 'reasoning-end', id: 'r' },
        { type: 'tool-call', toolCallId: 'c', toolName: 'run', input: '' },
        { type: 'finish', finishReason: { unified: 'tool-calls', raw: 'tool_use' }, usage },
      ),
    )
    const events = await Array.fromAsync(streamChat(handle, question()))
    expect(events.slice(1)).toMatchObject([
      { type: 'reasoning-delta', text: 'Hm.' },
      { type: 'reasoning-signature', signature: expect.stringContaining('sealed') },
      { type: 'tool-call-start', call: 0, id: 'c', name: 'run' },
      { type: 'tool-call-delta', call: 0, arguments: '{}' },
      { type: 'finish', reason: 'tool-calls' },
      { type: 'usage' },
      { type: 'end' },
    ])
    const signature = events.find((event) => event.type === 'reasoning-signature')?.signature ?? ''
    const again = [{ role: 'assistant', content: [{ type: 'reasoning', text: 'Hm.', signature }] }] as const
    await askChat(handle, question({ messages: again }))
    expect(asked.at(-1)).toMatchObject({ prompt: [{ content: [{ type: 'reasoning', text: 'Hm.', providerOptions: signed }] }] })
  })

  it.each([
    [{ type: 'finish', finishReason: 'unknown', usage: {} }],
    [{ type: 'finish', finishReason: { unified: 'other', raw: undefined }, usage: { inputTokens: {}, outputTokens: {} } }],
    [{ type: 'text-delta', id: 't', delta: '!' }],
  ])('is broken off where nobody says that it ended: %j', async (last) => {
    const handle = bridge(modelOf('v3', {}, { type: 'text-delta', id: 't', delta: 'Hi' }, last))
    await expect(Array.fromAsync(streamChat(handle, question()))).rejects.toMatchObject({ failure: { reason: 'truncated-stream' } })
  })

  it.each([
    [Object.assign(new Error('Key is missing.'), { name: 'AI_LoadAPIKeyError' }), 'authentication-failed'],
    [Object.assign(new Error('Too big.'), { name: 'AI_APICallError', statusCode: 413 }), 'rejected'],
    [Object.assign(new Error('No JSON.'), { name: 'AI_APICallError', statusCode: 200 }), 'server-error'],
    [new TypeError('a mistake'), 'server-error'],
  ])('fails for its reason: %s', async (thrown, reason) => {
    const handle = bridge({ ...modelOf('v3', {}), doGenerate: () => Promise.reject(thrown) })
    await expect(askChat(handle, question())).rejects.toMatchObject({ failure: { reason } })
  })
})
