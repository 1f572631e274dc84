import { describe, expect, it } from 'vitest'
import { ASKED, answerOf, frame, scriptedServer } from './__fixtures__/scripted-server.ts'

const STREAMED = { ...ASKED, stream: true }
const DONE = 'data: [DONE]\n\n'

/** A promise that a test settles. */
function later<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => (resolve = done))
  return { promise, resolve }
}

describe('a streamed answer', () => {
  it('is passed on frame by frame as it came', async () => {
    const frames = [
      ': OPENROUTER PROCESSING\n\n',
      frame({ role: 'assistant', content: '' }),
      frame({ content: 'Hi', odd: 1 }),
      frame({}, 'stop'),
      DONE,
    ]
    const response = await scriptedServer({ answer: async () => answerOf(frames) }).chat(STREAMED)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
      'x-provider-used': 'upstream',
    })
    expect(await response.text()).toBe(frames.join(''))
  })

  it('is an ordinary error where it fails before the first token', async () => {
    const frames = [frame({ role: 'assistant', content: '' }), 'data: {"error":{"message":"overloaded"}}\n\n']
    const response = await scriptedServer({ answer: async () => answerOf(frames) }).chat(STREAMED)
    expect([response.status, response.headers.get('content-type')]).toEqual([503, 'application/json'])
  })

  it('ends with a typed error where it fails after the first token, on a frame of its own, and without a done', async () => {
    const server = scriptedServer({ answer: async () => answerOf([frame({ content: 'Hi' }), 'data: {"id":"chatcm']) })
    const text = await (await server.chat(STREAMED)).text()
    const frames = text.trimEnd().split('\n\n')
    expect(frames).toHaveLength(2)
    expect(JSON.parse((frames[1] ?? '').slice('data: '.length))).toMatchObject({
      error: { code: 'stream_interrupted', type: expect.any(String) },
    })
    expect(server.records).toMatchObject([{ status: 'failed', usage: { output: { tokens: 1, provenance: 'partial' } } }])
  })

  it('opens with a comment where the model thinks for long, and may then still fail as an event', async () => {
    const silence = later<string>()
    const server = scriptedServer({ answer: async () => answerOf([() => silence.promise]), settings: { keepAliveMs: 1_000 } })
    const pending = server.chat(STREAMED)
    await server.clock.advance(1_000)
    const response = await pending
    expect(response.status).toBe(200)
    const text = response.text()
    await server.clock.advance(2_000)
    silence.resolve('data: {"error":{"message":"overloaded"}}\n\n')
    const frames = (await text).split('\n\n')
    expect(frames.slice(0, 2)).toEqual([': keep-alive', ': keep-alive'])
    expect(frames.at(-2)).toMatch(/^data: \{"error":/)
    expect(server.clock.pending()).toBe(0)
  })

  it('has no comments while tokens come', async () => {
    const second = later<string>()
    const server = scriptedServer({
      answer: async () => answerOf([frame({ content: 'a' }), () => second.promise, frame({}, 'stop'), DONE]),
      settings: { keepAliveMs: 1_000 },
    })
    const text = (await server.chat(STREAMED)).text()
    await server.clock.advance(900)
    second.resolve(frame({ content: 'b' }))
    await server.clock.advance(900)
    expect(await text).not.toContain('keep-alive')
    expect(server.clock.pending()).toBe(0)
  })

  it('stops the upstream and is booked when its reader leaves', async () => {
    const server = scriptedServer({ answer: async () => answerOf([frame({ content: 'Hi' }), () => new Promise(() => {})]) })
    const response = await server.chat(STREAMED)
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    await server.clock.advance(0)
    expect(server.sent[0]?.signal.aborted).toBe(true)
    expect(server.records).toMatchObject([{ status: 'cancelled', usage: { output: { tokens: 1, provenance: 'partial' } } }])
    expect(server.clock.pending()).toBe(0)
  })

  it('stops the upstream and is booked when the client goes before anything was read', async () => {
    const client = new AbortController()
    const server = scriptedServer({ answer: async () => answerOf([frame({ content: 'Hi' }), () => new Promise(() => {})]) })
    await server.chat(STREAMED, { headers: { 'content-type': 'application/json' }, signal: client.signal })
    client.abort()
    await server.clock.advance(0)
    expect(server.sent[0]?.signal.aborted).toBe(true)
    expect(server.records).toMatchObject([{ status: 'cancelled' }])
  })

  it('asks for usage, and keeps it from a client that did not', async () => {
    const usage =
      'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"some-model","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}\n\n'
    const frames = [frame({ role: 'assistant', content: 'Hi' }), frame({}, 'stop'), usage, DONE]
    const server = scriptedServer({ answer: async () => answerOf(frames) })
    expect(await (await server.chat(STREAMED)).text()).toBe(frames.filter((one) => one !== usage).join(''))
    expect(JSON.parse(String(server.sent[0]?.body))).toMatchObject({ stream_options: { include_usage: true } })
    expect(await (await server.chat({ ...STREAMED, stream_options: { include_usage: true } })).text()).toBe(frames.join(''))
    expect(server.records).toMatchObject([
      { status: 'success', usage: { input: { tokens: 3, provenance: 'provider' }, output: { tokens: 1 } } },
      { status: 'success', usage: { input: { tokens: 3, provenance: 'provider' }, output: { tokens: 1 } } },
    ])
  })
})
