import { readFileSync } from 'node:fs'
import { isJsonObject, mergeUsage } from '@gateway/core'
import type { ChatEvent, JsonObject } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { arrayOf, objectOf, objectsOf, parseObject, stringOf } from '../json-fields.ts'
import { workersAi } from './index.ts'

const folder = new URL('__fixtures__/', import.meta.url)
const recordings = objectsOf((parseObject(readText('index.json')) ?? {}).entries).map((entry) => ({
  id: stringOf(entry.id) ?? '',
  status: Number(entry.status),
  headers: objectOf(entry.headers),
  request: stringOf(entry.request),
  response: stringOf(entry.response) ?? '',
}))
const streams = recordings.filter(({ response }) => response.endsWith('.sse'))
const replies = recordings.filter(({ response, status }) => status === 200 && response.endsWith('.json'))
const errors = recordings.filter(({ status }) => status !== 200)
const requests = recordings.filter(({ request }) => request !== undefined)

describe('recorded streams', () => {
  it('are as many as were kept', () => {
    expect([streams.length, replies.length, errors.length, requests.length]).toEqual([6, 1, 3, 1])
  })

  it.each(streams)('$id says the same in one piece, in pieces of 7 bytes and of 1', ({ response }) => {
    const bytes = readBytes(response)
    const whole = readStream(bytes, bytes.length)
    expect(readStream(bytes, 7)).toEqual(whole)
    expect(readStream(bytes, 1)).toEqual(whole)
    expect(whole.passed).toBe(latin1(bytes))
  })

  it.each(streams)('$id says what a plain reading of its JSON finds, and ends once', ({ response }) => {
    const { events } = readStream(readBytes(response), 7)
    expect(summaryOf(events)).toEqual(plainSummary(readText(response)))
    expect(events.map(({ type }) => type).filter((type) => type === 'start' || type === 'finish' || type === 'end')).toEqual([
      'start',
      'finish',
      'end',
    ])
    expect(events.at(-1)).toEqual({ type: 'end' })
  })

  it.each(streams)('$id is truncated where its end is missing', ({ response }) => {
    const text = readText(response)
    const cut = text.slice(
      0,
      Math.max(text.indexOf('"finish_reason":"'), text.indexOf('[DONE]') * Number(!text.includes('"finish_reason":"'))),
    )
    expect(readStream(new TextEncoder().encode(cut), 7).events.at(-1)).toMatchObject({
      type: 'error',
      failure: { scope: 'endpoint', reason: 'truncated-stream', retryable: true },
    })
  })

  it.each(streams)('$id survives being read, written and read again', ({ response }) => {
    const { events } = readStream(readBytes(response), 7)
    const writer = workersAi.writeStream({ wantsUsage: true })
    const written = events.map((event) => writer.write(event)).join('')
    expect(summaryOf(readStream(new TextEncoder().encode(written), 7).events)).toEqual(summaryOf(events))
  })
})

describe('recorded answers', () => {
  it.each(replies)('$id says what a plain reading of its JSON finds', ({ response }) => {
    const reply = workersAi.readReply(parseObject(readText(response)) ?? {})
    expect(reply.choices).toEqual([{ index: 0, content: [{ type: 'text', text: 'Hello' }], finishReason: 'stop' }])
    expect(workersAi.writeReply(reply)).toEqual({
      value: { result: { response: 'Hello' }, success: true, errors: [], messages: [] },
      warnings: [],
    })
  })
})

describe('recorded requests', () => {
  it.each(requests)('$id comes out as it went in, but for what the URL says', ({ request = '' }) => {
    const { model, ...body } = parseObject(readText(request)) ?? {}
    const read = workersAi.readRequest({ ...body, model })
    expect(read.model).toBe(model)
    expect(workersAi.writeRequest(read)).toEqual({ value: body, warnings: [] })
  })
})

describe('recorded errors', () => {
  const outcomes: Readonly<Record<string, unknown>> = {
    'workers-ai/error-400-01': { scope: 'request', reason: 'rejected', retryable: false, detail: { code: '5004' } },
    'workers-ai/error-401-01': { scope: 'credential', reason: 'authentication-failed', retryable: false },
    'workers-ai/error-429-01': { scope: 'endpoint', reason: 'overloaded', retryable: true, retryAfterMs: 2000, detail: { code: '3040' } },
  }

  it.each(errors)('$id is judged', ({ id, status, headers, response }) => {
    const failure = workersAi.readError({ status, header: (name) => stringOf(headers[name]) ?? null, text: readText(response), nowMs: 0 })
    expect(outcomes).toHaveProperty([id])
    expect(failure).toMatchObject({ status, ...objectOf(isJsonObject(outcomes[id]) ? outcomes[id] : {}) })
  })
})

function readBytes(file: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(file, folder)))
}

function readText(file: string): string {
  return readFileSync(new URL(file, folder), 'utf8')
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

function readStream(bytes: Uint8Array, size: number): { readonly passed: string; readonly events: readonly ChatEvent[] } {
  const reader = workersAi.readStream({ stripUsage: false })
  const parts = []
  for (let start = 0; start < bytes.length; start += size) parts.push(reader.read(bytes.slice(start, start + size)))
  parts.push(reader.end())
  return { passed: parts.map((part) => latin1(part.bytes)).join(''), events: parts.flatMap((part) => part.events) }
}

interface Summary {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly unknown[]
  readonly finish: unknown
  readonly usage: unknown
}

function summaryOf(events: readonly ChatEvent[]): Summary {
  const textOf = (type: string): string => events.map((event) => (event.type === type && 'text' in event ? event.text : '')).join('')
  const usage = events.flatMap((event) => (event.type === 'usage' ? [event.usage] : [])).reduce(mergeUsage, {})
  const argumentsOf = (call: number): string =>
    events.map((event) => (event.type === 'tool-call-delta' && event.call === call ? event.arguments : '')).join('')
  return {
    text: textOf('text-delta'),
    reasoning: textOf('reasoning-delta'),
    calls: events.flatMap((event) => (event.type === 'tool-call-start' ? [[event.id, event.name, argumentsOf(event.call)]] : [])),
    finish: events.find((event) => event.type === 'finish')?.reason,
    usage: [usage.input?.tokens, usage.output?.tokens],
  }
}

/** Written without a line of the code that it checks. */
function plainSummary(stream: string): Summary {
  const chunks = stream
    .split('\n')
    .map((line) => parseObject(line.replace(/^data: /, '')))
    .filter((chunk) => chunk !== null)
  const deltas = chunks.map((chunk) => objectOf(objectOf(arrayOf(chunk.choices)[0]).delta))
  const words = chunks.flatMap((chunk) => chunk.finish_reason ?? objectOf(arrayOf(chunk.choices)[0]).finish_reason ?? [])
  const usage = chunks.reduce<JsonObject>((known, chunk) => ({ ...known, ...objectOf(chunk.usage) }), {})
  return {
    text: [...chunks.map(({ response }) => response), ...deltas.map(({ content }) => content)].map((piece) => piece ?? '').join(''),
    reasoning: deltas.map((delta) => delta.reasoning_content ?? delta.reasoning ?? '').join(''),
    calls: plainCalls([...chunks, ...deltas].flatMap((object) => objectsOf(object.tool_calls))),
    finish: words[0] === 'tool_calls' ? 'tool-calls' : (words[0] ?? 'stop'),
    usage: [usage.prompt_tokens, usage.completion_tokens],
  }
}

function plainCalls(pieces: readonly JsonObject[]): readonly unknown[] {
  const calls = new Map<unknown, [unknown, unknown, string]>()
  for (const { id, index, function: body } of pieces) {
    const { name, arguments: written = '' } = objectOf(body)
    const known = calls.get(index) ?? [id, name, '']
    calls.set(index, [known[0], known[1], `${known[2]}${String(written)}`])
  }
  return [...calls.values()]
}
