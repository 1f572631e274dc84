import { askChat, streamChat, type Next } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { gatewayOf, question } from '../__fixtures__/gateway.ts'
import { workersAiBinding, type WorkersAiBinding } from './binding.ts'

const MODEL = '@cf/meta/llama-3.1-8b-instruct'
const QUESTION = question({ model: MODEL })
const STREAM = 'data: {"response":"Hel"}\n\ndata: {"response":"lo","usage":{"prompt_tokens":3,"completion_tokens":2}}\n\ndata: [DONE]\n\n'

interface Asked {
  readonly model: string
  readonly inputs: object
  readonly options: object | undefined
}

/** A binding that answers with what it is given. */
const bound = (answer: (asked: Asked) => unknown): { readonly gateway: Next; readonly asked: Asked[] } => {
  const asked: Asked[] = []
  const binding: WorkersAiBinding = {
    run: async (model, inputs, options) => {
      asked.push({ model, inputs, options })
      return answer({ model, inputs, options })
    },
  }
  return { gateway: gatewayOf(workersAiBinding(binding)), asked }
}

const reason = (run: Promise<unknown>): Promise<unknown> => run.catch((error: unknown) => error)

describe('the binding of Workers AI', () => {
  it.each([
    ['a Response', () => Response.json({ response: 'Hello', usage: { prompt_tokens: 3, completion_tokens: 2 } })],
    ['the bare answer', () => ({ response: 'Hello', usage: { prompt_tokens: 3, completion_tokens: 2 } })],
  ])('answers in one piece by %s', async (_, answer) => {
    const { gateway, asked } = bound(answer)
    const reply = await askChat(gateway, QUESTION)
    expect(reply.choices[0]).toMatchObject({ content: [{ type: 'text', text: 'Hello' }], finishReason: 'stop' })
    expect(reply.usage.output?.tokens).toBe(2)
    expect(asked[0]).toMatchObject({ model: MODEL, inputs: { messages: [{ role: 'user' }] }, options: { returnRawResponse: true } })
  })

  it.each([
    ['a Response', () => new Response(STREAM, { headers: { 'content-type': 'text/event-stream' } })],
    ['the bare stream', () => new Response(STREAM).body],
  ])('streams by %s', async (_, answer) => {
    const { gateway, asked } = bound(answer)
    const events = await Array.fromAsync(streamChat(gateway, QUESTION))
    expect(events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join('')).toBe('Hello')
    expect(events.at(-1)).toEqual({ type: 'end' })
    expect(asked[0]?.inputs).toMatchObject({ stream: true })
  })

  it.each([
    ['InferenceUpstreamError: 3040: Capacity temporarily exceeded', 'overloaded'],
    ['AiError: 5007: No such model', 'model-not-found'],
    ['something broke', 'server-error'],
  ])('tells %s for what it is', async (message, expected) => {
    const { gateway } = bound(() => {
      throw new Error(message)
    })
    expect(await reason(askChat(gateway, QUESTION))).toMatchObject({ failure: { reason: expected } })
  })

  it('is told that the client has gone', async () => {
    const controller = new AbortController()
    let seen: unknown
    const { gateway } = bound(({ options }) => {
      seen = options && 'signal' in options ? options.signal : undefined
      controller.abort()
      return new Promise(() => {})
    })
    expect(await reason(askChat(gateway, QUESTION, { signal: controller.signal }))).toMatchObject({ code: 'client-closed' })
    expect(seen).toMatchObject({ aborted: true })
  })

  it('does without the signal where it cannot be sent along', async () => {
    const { gateway, asked } = bound(({ options }) => {
      if (options && 'signal' in options) throw new DOMException('AbortSignal could not be cloned.', 'DataCloneError')
      return { response: 'Hello' }
    })
    expect((await askChat(gateway, QUESTION)).choices[0]?.content).toEqual([{ type: 'text', text: 'Hello' }])
    expect(asked).toHaveLength(2)
  })

  it('lists its models where the binding does', async () => {
    const provider = workersAiBinding({ run: async () => ({}), models: async () => [{ name: MODEL, task: { name: 'Text Generation' } }] })
    const response = await provider.transport?.send({
      method: 'GET',
      url: `${provider.endpoints[0].baseUrl}${provider.modelList?.path}`,
      headers: {},
      signal: new AbortController().signal,
      connectTimeoutMs: 1,
    })
    const chunks = await Array.fromAsync(response?.body ?? [])
    const body: unknown = JSON.parse(new TextDecoder().decode(chunks[0]))
    expect(provider.modelList?.read(body)).toEqual([{ name: MODEL }])
  })
})
