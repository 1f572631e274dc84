import { createOpenAI } from '@ai-sdk/openai'
import { askChat, fromChat, GatewayError, openExchange, streamChat, type ChatEvent, type Next } from '@gateway/core'
import { startUpstream, type Upstream } from '@gateway/testing/upstreams'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { gatewayOf, question } from '../__fixtures__/gateway.ts'
import { aiSdkProvider } from './ai-sdk-provider.ts'

let upstream: Upstream
let gateway: Next

beforeAll(async () => {
  upstream = await startUpstream({ models: ['sim-chat'], apiKey: 'model-key' })
  const openai = createOpenAI({ baseURL: `${upstream.url}/v1`, apiKey: 'model-key' })
  gateway = gatewayOf(aiSdkProvider({ name: 'bridge', models: { chat: openai.chat('sim-chat'), lost: openai.chat('no-such') } }))
})
beforeEach(() => upstream.reset())
afterAll(() => upstream.close())

const TOOLS = [
  { type: 'function', name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
  { type: 'function', name: 'get_time', parameters: { type: 'object', properties: { zone: { type: 'string' } }, required: ['zone'] } },
] as const

describe('a model of @ai-sdk/openai', () => {
  it('answers in one piece, with usage and reason', async () => {
    const reply = await askChat(gateway, question())
    expect(reply.choices).toEqual([
      { index: 0, content: [{ type: 'text', text: expect.stringContaining('good morning') }], finishReason: 'stop' },
    ])
    expect(reply).toMatchObject({ model: 'sim-chat', usage: { input: { tokens: 5, provenance: 'provider' }, output: {} } })
    expect(reply.usage.output?.tokens).toBe(upstream.totals.completionTokens)
  })

  it('streams the same', async () => {
    const events = await Array.fromAsync(streamChat(gateway, question()))
    expect(events.map(({ type }) => type)).toEqual(['start', ...Array(events.length - 4).fill('text-delta'), 'finish', 'usage', 'end'])
    const whole = await askChat(gateway, question())
    expect([{ type: 'text', text: textOf(events) }]).toEqual(whole.choices[0]?.content)
    expect(events.find((event) => event.type === 'usage')?.usage).toEqual(whole.usage)
  })

  it('calls tools in parallel, in one piece and streamed', async () => {
    const reply = await askChat(gateway, question({ tools: TOOLS }))
    expect(reply.choices[0]).toMatchObject({
      finishReason: 'tool-calls',
      content: [
        { type: 'tool-call', id: 'call_0_get_weather', name: 'get_weather' },
        { type: 'tool-call', id: 'call_1_get_time', name: 'get_time' },
      ],
    })
    const events = await Array.fromAsync(streamChat(gateway, question({ tools: TOOLS })))
    const written = [0, 1].map((call) =>
      events.flatMap((event) => (event.type === 'tool-call-delta' && event.call === call ? [event.arguments] : [])).join(''),
    )
    expect(written).toEqual(reply.choices[0]?.content.map((part) => (part.type === 'tool-call' ? part.arguments : '')))
    expect(events.filter((event) => event.type === 'tool-call-start').map(({ call, id }) => [call, id])).toEqual([
      [0, 'call_0_get_weather'],
      [1, 'call_1_get_time'],
    ])
  })

  it('is told what tools answered, which images there are and all that was set', async () => {
    await askChat(
      gateway,
      question({
        maxOutputTokens: 40,
        temperature: 0.5,
        stop: ['END'],
        seed: 7,
        messages: [
          { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'look' },
              { type: 'media', kind: 'image', source: { from: 'url', url: 'https://a.example/cat.png' }, mediaType: 'image/png' },
              { type: 'media', kind: 'image', source: { from: 'base64', data: 'aGk=' }, mediaType: 'image/png' },
            ],
          },
          {
            role: 'assistant',
            content: [{ type: 'tool-call', id: 'c1', name: 'get_weather', arguments: '{"data":{"type":"url","url":"http://x"}}' }],
          },
          { role: 'tool', toolCallId: 'c1', content: [{ type: 'text', text: 'sunny' }] },
        ],
      }),
    )
    const body: unknown = JSON.parse(upstream.requests[0]?.body ?? '')
    expect(body).toMatchObject({ model: 'sim-chat', max_tokens: 40, temperature: 0.5, stop: ['END'], seed: 7 })
    expect(body).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { text: 'look' },
            { image_url: { url: 'https://a.example/cat.png' } },
            { image_url: { url: 'data:image/png;base64,aGk=' } },
          ],
        },
        {
          role: 'assistant',
          tool_calls: [{ id: 'c1', function: { name: 'get_weather', arguments: '{"data":{"type":"url","url":"http://x"}}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'sunny' },
      ],
    })
  })

  it('gives JSON that fits a schema', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false }
    const reply = await askChat(gateway, question({ responseFormat: { type: 'json-schema', name: 'place', schema } }))
    const [part] = reply.choices[0]?.content ?? []
    expect(JSON.parse(part?.type === 'text' ? part.text : '')).toEqual({ city: expect.any(String) })
  })

  it('loses nothing in silence', async () => {
    const lossy = question({
      user: 'me',
      logitBias: { 5: 1 },
      choiceCount: 2,
      extensions: { protocol: 'openai-chat', fields: { store: true } },
    })
    const reply = await gateway(openExchange(fromChat({ ...lossy, isStreaming: false })))
    expect(reply.warnings.map(({ change, field }) => `${change}:${field}`)).toEqual([
      'dropped:n',
      'dropped:logit_bias',
      'dropped:user',
      'dropped:store',
    ])
  })

  it.each([
    ['status-400', 'upstream-rejected', 'rejected'],
    ['rate-limited', 'rate-limited', 'rate-limited'],
    ['status-503', 'all-endpoints-failed', 'overloaded'],
    ['refuse-connections', 'all-endpoints-failed', 'connection-failed'],
  ] as const)('fails on %s as its server does', async (fault, code, reason) => {
    await upstream.behave(fault)
    const error = await askChat(gateway, question()).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, failure: { reason } })
    expect(error instanceof GatewayError ? error.message : '').not.toContain('model-key')
  })

  it('says that a model is not there', async () => {
    await expect(askChat(gateway, question({ model: 'bridge/lost' }))).rejects.toMatchObject({ failure: { reason: 'model-not-found' } })
    await expect(askChat(gateway, question({ model: 'bridge/never' }))).rejects.toMatchObject({ failure: { reason: 'model-not-found' } })
  })

  it.each(['reset-mid-stream', 'end-without-finish', 'error-mid-stream'] as const)('takes %s for no clean end', async (fault) => {
    await upstream.behave(fault)
    await expect(Array.fromAsync(streamChat(gateway, question()))).rejects.toMatchObject({ code: 'stream-interrupted' })
  })

  it('stops its server when the client goes', async () => {
    await upstream.behave({ chunkDelayMs: 20, answerWords: 500 })
    for await (const event of streamChat(gateway, question())) if (event.type === 'text-delta') break
    await expect.poll(() => upstream.totals.aborted).toBe(1)
  })

  it('stops its server when the signal is aborted while it waits', async () => {
    await upstream.behave({ firstByteDelayMs: 5_000 })
    const controller = new AbortController()
    const asked = askChat(gateway, question(), { signal: controller.signal })
    await expect.poll(() => upstream.requests.length).toBe(1)
    controller.abort()
    await expect(asked).rejects.toMatchObject({ code: 'client-closed' })
    await expect.poll(() => upstream.totals.aborted).toBe(1)
  })
})

function textOf(events: readonly ChatEvent[]): string {
  return events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join('')
}
