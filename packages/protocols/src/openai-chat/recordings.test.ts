import { readFileSync } from 'node:fs'
import { isJsonObject, mergeUsage } from '@gateway/core'
import type { ChatEvent, JsonObject, Usage } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { arrayOf, objectOf, objectsOf, parseObject, stringOf } from '../json-fields.ts'
import { openaiChat } from './index.ts'

const folder = new URL('__fixtures__/', import.meta.url)
const index = parseObject(readText('index.json')) ?? {}
const recordings = objectsOf(index.entries).map((entry) => ({
  id: stringOf(entry.id) ?? '',
  features: arrayOf(entry.features),
  status: Number(entry.status),
  headers: objectOf(entry.headers),
  request: stringOf(entry.request),
  response: stringOf(entry.response) ?? '',
}))
const streams = recordings.filter(({ response }) => response.endsWith('.sse'))
const completeStreams = streams.filter(({ features }) => !features.includes('mid-stream-error'))
const brokenStreams = streams.filter(({ features }) => features.includes('mid-stream-error'))
const replies = recordings.filter(({ response, status }) => status === 200 && !response.endsWith('.sse'))
const errors = recordings.filter(({ status }) => status !== 200)
const requests = recordings.filter(({ request }) => readRequestBody(request) !== null)

describe('recorded streams', () => {
  it('come from every kind of server', () => {
    expect(completeStreams.length).toBeGreaterThan(10)
    expect(brokenStreams.length).toBe(3)
    expect(replies.length).toBeGreaterThan(20)
  })

  it.each(streams)('$id says the same in one piece, in pieces of 7 bytes and of 1', ({ response }) => {
    const bytes = readBytes(response)
    const whole = readStream(bytes, bytes.length)
    expect(readStream(bytes, 7)).toEqual(whole)
    expect(readStream(bytes, 1)).toEqual(whole)
  })

  it.each(completeStreams)('$id passes byte for byte and ends once', ({ response }) => {
    const bytes = readBytes(response)
    const { passed, events } = readStream(bytes, 7)
    expect(passed).toBe(latin1(bytes))
    expect(events.filter((event) => event.type === 'end')).toHaveLength(1)
    expect(events.at(-1)).toEqual({ type: 'end' })
    expect(events[0]?.type).toBe('start')
  })

  it.each(completeStreams)('$id says what a plain reading of its JSON finds', ({ response }) => {
    expect(summaryOfEvents(readStream(readBytes(response), 7).events)).toEqual(summaryOfChunks(chunksOf(response)))
  })

  it.each(completeStreams)('$id loses its usage and nothing else when the client did not ask', ({ response }) => {
    const bytes = readBytes(response)
    const whole = readStream(bytes, bytes.length)
    const stripped = readStream(bytes, 7, true)
    expect(stripped.events).toEqual(whole.events)
    const chunks = chunksIn(stripped.passed)
    expect(chunks.filter((chunk) => isJsonObject(chunk.usage))).toEqual([])
    const expected = chunksOf(response).filter((chunk) => !isJsonObject(chunk.usage) || arrayOf(chunk.choices).length > 0)
    expect(chunks).toEqual(expected.map((chunk) => (isJsonObject(chunk.usage) ? without(chunk, 'usage') : chunk)))
  })

  it.each(completeStreams)('$id ends in an error where its last chunks are missing, never in an end', ({ response }) => {
    const text = readText(response)
    const cut = text.slice(0, text.indexOf('"finish_reason":"') === -1 ? text.length / 2 : text.indexOf('"finish_reason":"'))
    const { passed, events } = readStream(new TextEncoder().encode(cut), 7)
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { scope: 'endpoint', reason: 'truncated-stream', retryable: true } })
    expect(passed).not.toContain('[DONE]')
  })

  it.each(brokenStreams)('$id ends in an error, whose frame is not passed on', ({ response }) => {
    const { passed, events } = readStream(readBytes(response), 7)
    expect(events.at(-1)).toMatchObject({
      type: 'error',
      failure: { reason: 'error-in-reply', detail: { message: expect.stringMatching(/\w+ \w+/) } },
    })
    expect(passed).not.toContain('"error"')
    expect(passed).not.toContain('[DONE]')
    expect(latin1(readBytes(response)).startsWith(passed)).toBe(true)
  })

  it.each(completeStreams)('$id survives being read, written and read again', ({ response }) => {
    const { events } = readStream(readBytes(response), 7)
    const writer = openaiChat.writeStream({ wantsUsage: true })
    const text = events.map((event) => writer.write(event)).join('')
    const again = readStream(new TextEncoder().encode(text), 7)
    expect(summaryOfEvents(again.events)).toEqual(summaryOfEvents(events))
  })
})

describe('recorded answers', () => {
  it.each(replies)('$id says what a plain reading of its JSON finds', ({ response }) => {
    const body = bodyOf(response)
    const reply = openaiChat.readReply(body)
    expect(reply.id).toBe(body.id)
    expect(reply.model).toBe(body.model)
    expect(countsOf(reply.usage)).toEqual(plainCounts(objectOf(body.usage)))
    const [choice] = objectsOf(body.choices)
    const message = objectOf(choice?.message)
    const content = reply.choices[0]?.content ?? []
    const textOf = (type: string): string => content.map((part) => (part.type === type && 'text' in part ? part.text : '')).join('')
    expect(textOf('text')).toBe(message.content ?? '')
    expect(textOf('refusal')).toBe(message.refusal ?? '')
    expect(textOf('reasoning')).toBe(message.reasoning_content ?? message.reasoning ?? '')
    const calls = content.flatMap((part) => (part.type === 'tool-call' ? [[part.name, part.arguments]] : []))
    const wireCalls = [
      ...objectsOf(message.tool_calls).map((call) => objectOf(call.function)),
      ...objectsOf([message.function_call ?? null]),
    ]
    expect(calls).toEqual(wireCalls.map((call) => [call.name, call.arguments]))
  })

  it.each(replies)('$id survives being read, written and read again', ({ response }) => {
    const body = bodyOf(response)
    // A word of Groq's own, which OpenAI's closed list does not have.
    const { service_tier: _, ...others } = body
    const reply = openaiChat.readReply(body.service_tier === 'on_demand' ? others : body)
    const written = openaiChat.writeReply(reply)
    expect(written.warnings).toEqual([])
    const again = openaiChat.readReply(written.value)
    expect({ ...again, usage: countsOf(again.usage) }).toEqual({ ...reply, usage: countsOf(reply.usage) })
  })
})

describe('recorded requests', () => {
  it.each(requests)('$id comes out as it went in', ({ request }) => {
    const body = readRequestBody(request) ?? {}
    const written = openaiChat.writeRequest(openaiChat.readRequest(body))
    expect(written.warnings).toEqual([])
    expect(written.value).toEqual(normalized(body))
  })
})

describe('recorded errors', () => {
  const outcomes: Readonly<Record<string, unknown>> = {
    'groq/error-404-01': { scope: 'model', reason: 'model-not-found', retryable: false, detail: { code: 'model_not_found' } },
    'groq/error-429-01': { scope: 'credential', reason: 'rate-limited', retryable: true, retryAfterMs: 5000 },
    'llama.cpp/error-400-01': { scope: 'request', reason: 'context-too-long', retryable: false },
    'llama.cpp/error-400-02': { scope: 'request', reason: 'rejected', retryable: false },
    'ollama/error-400-01': { scope: 'request', reason: 'rejected', retryable: false },
    'ollama/error-400-02': { scope: 'request', reason: 'rejected', retryable: false },
    'openai/error-400-01': { scope: 'request', reason: 'rejected', detail: { code: 'invalid_value', param: 'messages[3]' } },
    'openai/error-400-02': { scope: 'request', reason: 'rejected', detail: { code: 'invalid_image_format' } },
    'openai/error-401-01': { scope: 'credential', reason: 'authentication-failed', retryable: false },
    'openai/error-404-01': { scope: 'model', reason: 'model-not-found', retryable: false },
    'openai/error-429-01': { scope: 'credential', reason: 'rate-limited', retryable: true, retryAfterMs: 2000 },
    'openai/error-429-02': { scope: 'credential', reason: 'rate-limited', retryable: true, retryAfterMs: 3890 },
    'openrouter/error-402-01': { scope: 'credential', reason: 'quota-exhausted', retryable: false },
    'workers-ai/error-400-01': { scope: 'request', reason: 'rejected', retryable: false },
  }

  it.each(errors)('$id is judged', ({ id, status, headers, response }) => {
    const failure = openaiChat.readError({ status, header: (name) => stringOf(headers[name]) ?? null, text: readText(response), nowMs: 0 })
    expect(outcomes).toHaveProperty([id])
    expect(failure).toMatchObject({ status, ...objectOf(isJsonObject(outcomes[id]) ? outcomes[id] : {}) })
    expect(JSON.stringify(failure)).not.toMatch(/sk-|MxYA/)
  })
})

function readBytes(file: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(file, folder)))
}

function readText(file: string): string {
  return readFileSync(new URL(file, folder), 'utf8')
}

function bodyOf(file: string): JsonObject {
  return parseObject(readText(file)) ?? {}
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

function readRequestBody(file: string | undefined): JsonObject | null {
  const body = file === undefined ? null : bodyOf(file)
  return body !== null && objectsOf(body.messages).length > 0 ? body : null
}

function readStream(
  bytes: Uint8Array,
  size: number,
  stripUsage = false,
): { readonly passed: string; readonly events: readonly ChatEvent[] } {
  const reader = openaiChat.readStream({ stripUsage })
  const parts = []
  for (let start = 0; start < bytes.length; start += size) parts.push(reader.read(bytes.slice(start, start + size)))
  parts.push(reader.end())
  return { passed: parts.map((part) => latin1(part.bytes)).join(''), events: parts.flatMap((part) => part.events) }
}

function chunksIn(text: string): readonly JsonObject[] {
  const lines = text.split('\n').filter((line) => line.startsWith('data: {'))
  return lines.map((line) => parseObject(line.slice('data: '.length)) ?? {})
}

function chunksOf(file: string): readonly JsonObject[] {
  return chunksIn(latin1(readBytes(file)))
}

function without(object: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== field))
}

interface Summary {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly unknown[]
  readonly finish: unknown
  readonly usage: Readonly<Record<string, number>>
}

function summaryOfEvents(events: readonly ChatEvent[]): Summary {
  const calls: [string, string, string][] = []
  let [text, reasoning] = ['', '']
  let usage: Usage = {}
  for (const event of events) {
    if (event.type === 'text-delta') text += event.text
    if (event.type === 'reasoning-delta') reasoning += event.text
    if (event.type === 'tool-call-start') calls[event.call] = [event.id, event.name, '']
    if (event.type === 'tool-call-delta') {
      const [id = '', name = '', written = ''] = calls[event.call] ?? []
      calls[event.call] = [id, name, written + event.arguments]
    }
    if (event.type === 'usage') usage = mergeUsage(usage, event.usage)
  }
  const bytes = (value: string): string => Buffer.from(value).toString('latin1')
  const finishes = events.filter((event) => event.type === 'finish')
  expect(finishes).toHaveLength(1)
  return { text: bytes(text), reasoning: bytes(reasoning), calls, finish: finishes[0]?.reason, usage: countsOf(usage) }
}

/** Written without a line of the code that it checks. */
function summaryOfChunks(chunks: readonly JsonObject[]): Summary {
  const calls = new Map<unknown, [unknown, unknown, string]>()
  let [text, reasoning] = ['', '']
  let finish: unknown
  let usage: JsonObject = {}
  for (const chunk of chunks) {
    if (isJsonObject(chunk.usage)) usage = { ...usage, ...chunk.usage }
    for (const choice of objectsOf(chunk.choices)) {
      const delta = objectOf(choice.delta)
      text += String(delta.content ?? '')
      reasoning += String(delta.reasoning_content ?? delta.reasoning ?? '')
      finish ??= choice.finish_reason ?? undefined
      for (const call of objectsOf(delta.tool_calls)) {
        const body = objectOf(call.function)
        const known = calls.get(call.index) ?? [call.id, body.name, '']
        calls.set(call.index, [known[0], known[1], known[2] + String(body.arguments ?? '')])
      }
    }
  }
  const reasons: Readonly<Record<string, string>> = { stop: 'stop', length: 'length', tool_calls: 'tool-calls' }
  return { text, reasoning, calls: [...calls.values()], finish: reasons[String(finish)], usage: plainCounts(usage) }
}

function countsOf(usage: Usage): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(usage).map(([tokenClass, figure]) => [tokenClass, figure.tokens]))
}

function plainCounts(usage: JsonObject): Readonly<Record<string, number>> {
  const input = objectOf(usage.prompt_tokens_details)
  const output = objectOf(usage.completion_tokens_details)
  const counts = {
    input: usage.prompt_tokens,
    cachedInput: input.cached_tokens,
    cacheWrite: input.cache_write_tokens,
    // The total settles what completion_tokens leaves out: they agree everywhere but at xAI and Google.
    output: usage.total_tokens === undefined ? undefined : Number(usage.total_tokens) - Number(usage.prompt_tokens),
    reasoning: output.reasoning_tokens,
    inputAudio: input.audio_tokens,
    outputAudio: output.audio_tokens,
    inputImage: input.image_tokens,
    outputImage: output.image_tokens,
  }
  return Object.fromEntries(Object.entries(counts).flatMap(([name, count]) => (typeof count === 'number' ? [[name, count]] : [])))
}

/** A body in the form in which we write the same: no nulls and no falsehoods that say nothing, plain text as a string, stops in an array. */
function normalized(body: JsonObject): JsonObject {
  const { stream, stop, ...rest } = body
  const messages = objectsOf(body.messages).map((message) => {
    const isSaid = ([, value]: readonly [string, unknown]): boolean => value !== null
    const said = Object.fromEntries(Object.entries(message).filter(isSaid))
    const [part, ...others] = objectsOf(message.content)
    const isPlain = part?.type === 'text' && others.length === 0 && Object.keys(part).length === 2
    const content = isPlain ? part.text : message.content
    return message.role === 'assistant' ? { content: null, ...said } : { ...said, content }
  })
  return { ...rest, messages, ...(stream === true && { stream }), ...(typeof stop === 'string' && { stop: [stop] }) }
}
