import { GatewayError, isJsonObject, ReplyError, usageFrom } from '@gateway/core'
import type { ChatEvent, ChatReply, ChatRequest, FinishReason, JsonObject } from '@gateway/core'
import fc from 'fast-check'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { objectsOf, parseObject } from '../json-fields.ts'
import { openaiChat } from '../openai-chat/index.ts'
import { openaiCompletions } from './index.ts'

const ASK = { model: 'm', prompt: 'Once' }

describe('a request', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(requests(), (request) => {
        const { value, warnings } = openaiCompletions.writeRequest(request)
        expect(warnings).toEqual([])
        expect(openaiCompletions.readRequest(parseObject(JSON.stringify(value)) ?? {})).toEqual(request)
      }),
      { numRuns: 1000 },
    )
  })

  it('is said to a model that chats as what a user says, which is reported', () => {
    const request = openaiCompletions.readRequest({ ...ASK, max_tokens: 5, echo: true, logprobs: 2, best_of: 1 })
    expect(request).toMatchObject({ emulated: ['prompt'], logprobs: { top: 2 } })
    expect(openaiChat.writeRequest(request)).toEqual({
      value: { model: 'm', messages: [{ role: 'user', content: 'Once' }], max_tokens: 5, logprobs: true, top_logprobs: 2 },
      warnings: [{ change: 'dropped', field: 'echo' }],
    })
  })

  it.each<[JsonObject, string]>([
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: [1, 2] }, 'prompt'],
    [{ prompt: [[1], [2]] }, 'prompt'],
    [{ prompt: null }, 'prompt'],
    [{}, 'prompt'],
    [{ prompt: 'a', suffix: 'b' }, 'suffix'],
  ])('cannot be said to it as %j', (fields, param) => {
    expect(() => openaiCompletions.readRequest({ model: 'm', ...fields })).toThrow(
      expect.objectContaining({ code: 'invalid-request', param, message: expect.stringContaining('only a server of text completions') }),
    )
    expect(open({ model: 'm', ...fields }).model).toBe('m')
  })

  it('tells how many answers it wants', () => {
    expect(open({ model: 'm', prompt: ['a', 'b', 'c'], n: 2, best_of: 3 }).size.choiceCount).toBe(9)
    expect(open({ model: 'm', prompt: [1, 2, 3] }).size.choiceCount).toBe(1)
  })

  it.each<[JsonObject, string]>([
    [{ prompt: 'a' }, 'model: expected a model name, found nothing'],
    [{ model: 'm', prompt: 5 }, 'prompt: expected a string, an array of strings, of tokens, or of arrays of tokens, found a number'],
    [{ model: 'm', max_tokens: -1 }, 'max_tokens: expected an integer of at least 0, found -1'],
    [{ model: 'm', n: 0 }, 'n: expected an integer from 1 to 128, found 0'],
  ])('is refused with a reason: %j', (body, message) => {
    expect(() => open(body)).toThrow(expect.objectContaining({ code: 'invalid-request', message }))
  })

  it('asks for usage in a stream where the client did not, unless the server refuses', () => {
    const text = '{"model":"m","prompt":"a","stream":true}'
    const wire = wireOf(text)
    const asking = openaiCompletions.passRequest(wire, { model: 'm', canAskForUsage: true })
    expect(parseObject(String(asking))).toEqual({ model: 'm', prompt: 'a', stream: true, stream_options: { include_usage: true } })
    expect(openaiCompletions.passRequest(wire, { model: 'm', canAskForUsage: false })).toBe(wire.bytes)
    const asked = wireOf('{"model":"m","stream":true,"stream_options":{"include_usage":true}}')
    expect(openaiCompletions.passRequest(asked, { model: 'm', canAskForUsage: false })).toBe('{"model":"m","stream":true}')
  })

  it('is a transcript where it comes from a conversation, which is reported', () => {
    const request = openaiChat.readRequest({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief' },
        { role: 'user', content: 'Hi' },
      ],
      tools: [],
    })
    const { value, warnings } = openaiCompletions.writeRequest(request)
    expect(value.prompt).toBe('System: Be brief\n\nUser: Hi\n\nAssistant:')
    expect(warnings).toEqual([
      { change: 'emulated', field: 'messages' },
      { change: 'dropped', field: 'tools' },
    ])
  })

  it('is read or refused, whatever stands in whichever field', () => {
    const fields = [
      'model',
      'prompt',
      'suffix',
      'stream',
      'stream_options',
      'n',
      'stop',
      'logprobs',
      'logit_bias',
      'echo',
      'temperature',
      'user',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        const body: unknown = JSON.parse(JSON.stringify({ ...ASK, [field]: value }))
        expect(outcomeOf(isJsonObject(body) ? body : {})).toBe('read or refused')
      }),
      { numRuns: 1000 },
    )
  })
})

describe('an answer', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(replies(), (reply) => {
        const { value, warnings } = openaiCompletions.writeReply(reply)
        expect(warnings).toEqual([])
        expect(openaiCompletions.readReply(parseObject(JSON.stringify(value)) ?? {})).toEqual(reply)
      }),
      { numRuns: 1000 },
    )
  })

  it('is text alone: thoughts and calls of a model that chats are reported', () => {
    const content = [
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'upon a time' },
      { type: 'tool-call', id: '1', name: 'a', arguments: '{}' },
    ] as const
    const { value, warnings } = openaiCompletions.writeReply({
      id: '1',
      model: 'm',
      choices: [{ index: 0, content, finishReason: 'tool-calls' }],
      usage: {},
    })
    expect(value.choices).toEqual([{ text: 'upon a time', index: 0, logprobs: null, finish_reason: 'stop' }])
    expect(warnings.map(({ field }) => field)).toEqual(['reasoning', 'tool_calls'])
  })

  it('tells probabilities in the form of each protocol', () => {
    const logprobs = { tokens: ['a', 'bc'], token_logprobs: [-1, -2], top_logprobs: [{ a: -1 }, { bc: -2, x: -3 }], text_offset: [0, 1] }
    const choices = [{ text: 'abc', index: 0, logprobs, finish_reason: 'stop' }]
    const reply = openaiCompletions.readReply({ id: '1', model: 'm', choices })
    expect(objectsOf(openaiCompletions.writeReply(reply).value.choices)[0]).toMatchObject({ logprobs })
    const [chat] = objectsOf(openaiChat.writeReply(reply).value.choices)
    expect(chat?.logprobs).toMatchObject({
      content: [
        { token: 'a', logprob: -1 },
        { token: 'bc', top_logprobs: [{ token: 'bc' }, { token: 'x' }] },
      ],
    })
  })

  it.each<[JsonObject, string]>([
    [{ error: 'model is loading' }, 'error-in-reply'],
    [{ id: '1' }, 'malformed-reply'],
    [{ choices: [] }, 'empty-reply'],
    [{ choices: [{ text: '', finish_reason: 'stop' }] }, 'empty-reply'],
  ])('is none where it is %j', (body, reason) => {
    expect(() => openaiCompletions.readReply(body)).toThrow(ReplyError)
    expect(() => openaiCompletions.readReply(body)).toThrow(expect.objectContaining({ failure: expect.objectContaining({ reason }) }))
  })
})

describe('a stream', () => {
  it('is read as it was written, however it is cut', () => {
    fc.assert(
      fc.property(streams(), fc.integer({ min: 1, max: 200 }), (events, size) => {
        expect(read(writtenText(events), size)).toEqual(events)
      }),
      { numRuns: 1000 },
    )
  })

  it('loses the usage that nobody asked for', () => {
    const bytes =
      'data: {"choices":[{"text":"a","index":0,"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\ndata: [DONE]\n\n'
    const reader = openaiCompletions.readStream({ stripUsage: true })
    const part = reader.read(new TextEncoder().encode(bytes))
    expect(new TextDecoder().decode(part.bytes)).not.toContain('usage')
    expect(part.events.some(({ type }) => type === 'usage')).toBe(true)
  })

  it.each([
    ['data: {"error":{"message":"Oh no","type":"server_error"}}\n\n', 'error-in-reply'],
    ['event: error\ndata: {"message":"Oh no"}\n\n', 'error-in-reply'],
    ['data: {"choices":\n\n', 'malformed-reply'],
    ['data: [DONE]\n\n', 'truncated-stream'],
    ['', 'truncated-stream'],
  ])('ends in an error at %j', (bad, reason) => {
    const begun = 'data: {"id":"1","model":"m","choices":[{"text":"a","index":0,"finish_reason":null}]}\n\n'
    expect(read(begun + bad, 7).at(-1)).toEqual({ type: 'error', failure: expect.objectContaining({ reason }) })
  })

  it('is understood by OpenAI’s own client, error included', async () => {
    const events: readonly ChatEvent[] = [
      { type: 'start', id: 'cmpl-1', model: 'm', created: 5 },
      { type: 'text-delta', choice: 0, text: 'upon ' },
      { type: 'tool-call-start', choice: 0, call: 0, id: '1', name: 'a' },
      { type: 'text-delta', choice: 0, text: 'a time' },
      { type: 'usage', usage: usageFrom({ input: 1, output: 3 }, 'provider') },
      { type: 'end' },
    ]
    const chunks = await Array.fromAsync(await clientOf(writtenText(events)).completions.create({ ...ASK, stream: true }))
    expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe('upon a time')
    expect(chunks.flatMap(({ choices }) => choices.map((choice) => choice.finish_reason)).at(-1)).toBe('stop')
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 1, total_tokens: 4 })
    const failed = openaiCompletions.writeStream({ wantsUsage: true }).fail(new GatewayError('stream-interrupted', 'It broke off'), 502)
    const broken = await clientOf(writtenText(events.slice(0, 2)) + failed).completions.create({ ...ASK, stream: true })
    await expect(Array.fromAsync(broken)).rejects.toMatchObject({ code: 'stream_interrupted' })
  })
})

function wireOf(text: string): Parameters<typeof openaiCompletions.openRequest>[0] {
  return { protocol: 'openai-completions', bytes: new TextEncoder().encode(text), text, json: parseObject(text) ?? {} }
}

function open(body: JsonObject): ReturnType<typeof openaiCompletions.openRequest> {
  return openaiCompletions.openRequest(wireOf(JSON.stringify(body)))
}

function writtenText(events: readonly ChatEvent[]): string {
  const writer = openaiCompletions.writeStream({ wantsUsage: true })
  return events.map((event) => writer.write(event)).join('')
}

function read(text: string, size: number): readonly ChatEvent[] {
  const bytes = new TextEncoder().encode(text)
  const reader = openaiCompletions.readStream({ stripUsage: false })
  const events: ChatEvent[] = []
  for (let start = 0; start < bytes.length; start += size) events.push(...reader.read(bytes.slice(start, start + size)).events)
  return [...events, ...reader.end().events]
}

function clientOf(text: string): OpenAI {
  const response = new Response(text, { headers: { 'content-type': 'text/event-stream' } })
  return new OpenAI({ apiKey: 'test', baseURL: 'https://gateway.example/v1', maxRetries: 0, fetch: async () => response })
}

const finite = fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0)
const word = fc.string({ minLength: 1 })

function requests(): fc.Arbitrary<ChatRequest> {
  const content = fc.option(word).map((text) => (text === null ? [] : [{ type: 'text' as const, text }]))
  return fc.record(
    {
      model: word,
      messages: content.map((parts) => [{ role: 'user' as const, content: parts }]),
      isStreaming: fc.constant(true),
      emulated: fc.constant(['prompt']),
      wantsStreamUsage: fc.boolean(),
      maxOutputTokens: fc.nat(),
      temperature: finite,
      topP: finite,
      presencePenalty: finite,
      frequencyPenalty: finite,
      stop: fc.array(fc.string()),
      seed: fc.integer(),
      choiceCount: fc.integer({ min: 1, max: 128 }),
      logprobs: fc.record({ top: fc.nat() }),
      logitBias: fc.constant({ '50256': -100 }),
      user: fc.string(),
      extensions: fc.constant({ protocol: 'openai-completions', fields: { echo: true, best_of: 3 } }),
    },
    { requiredKeys: ['model', 'messages', 'isStreaming', 'emulated'], noNullPrototype: true },
  )
}

const finishReason = fc.constantFrom<FinishReason>('stop', 'length', 'content-filter')
const usage = fc.record({ input: fc.nat(), output: fc.nat() }).map((counts) => usageFrom(counts, 'provider'))
const extensions = fc.constant({ protocol: 'openai-completions', fields: { system_fingerprint: 'fp_1' } })

function replies(): fc.Arbitrary<ChatReply> {
  const choices = fc
    .array(fc.record({ text: word, finishReason }), { minLength: 1 })
    .map((all) =>
      all.map(({ text, finishReason: reason }, index) => ({ index, content: [{ type: 'text' as const, text }], finishReason: reason })),
    )
  return fc.record(
    { id: fc.string(), model: fc.string(), created: fc.integer({ min: 1 }), choices, usage, extensions },
    { noNullPrototype: true },
  )
}

/** Pieces of up to three answers, of which each has its end. */
function streams(): fc.Arbitrary<readonly ChatEvent[]> {
  const deltas = fc.array(fc.record({ choice: fc.nat({ max: 2 }), text: word }))
  return fc.record({ id: fc.string(), model: fc.string(), created: fc.integer({ min: 1 }), deltas, finishReason, usage }).map((given) => {
    const choices = given.deltas.length === 0 ? [0] : [...new Set(given.deltas.map(({ choice }) => choice))]
    return [
      { type: 'start', id: given.id, model: given.model, created: given.created },
      ...given.deltas.map(({ choice, text }): ChatEvent => ({ type: 'text-delta', choice, text })),
      ...choices.map((choice): ChatEvent => ({ type: 'finish', choice, reason: given.finishReason })),
      { type: 'usage', usage: given.usage },
      { type: 'end' },
    ]
  })
}

function outcomeOf(body: JsonObject): string {
  try {
    openaiCompletions.writeRequest(openaiCompletions.readRequest(body))
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'invalid-request') throw error
  }
  return 'read or refused'
}
