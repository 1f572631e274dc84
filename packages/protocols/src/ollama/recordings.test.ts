import { readFileSync } from 'node:fs'
import { mergeUsage } from '@gateway/core'
import type { ChatEvent, JsonObject, Usage } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { arrayOf, objectOf, objectsOf, parseObject, stringOf } from '../json-fields.ts'
import { ollamaChat } from './index.ts'

const folder = new URL('__fixtures__/', import.meta.url)
const recordings = objectsOf((parseObject(readText('index.json')) ?? {}).entries).map((entry) => ({
  id: stringOf(entry.id) ?? '',
  status: Number(entry.status),
  path: stringOf(entry.path),
  request: stringOf(entry.request),
  response: stringOf(entry.response) ?? '',
}))
const streams = recordings.filter(({ response }) => response.endsWith('.ndjson'))
const replies = recordings.filter(({ response, status }) => status === 200 && response.endsWith('.json'))
const errors = recordings.filter(({ status }) => status !== 200)
const requests = recordings.filter(
  ({ path, request }) => path === '/api/chat' && request !== undefined && bodyOf(request).model !== undefined,
)
const killed = recordings.filter(({ response }) => response.endsWith('.http.txt'))

describe('recorded streams', () => {
  it('are as many as were kept', () => {
    expect([streams.length, replies.length, errors.length, requests.length, killed.length]).toEqual([4, 4, 2, 7, 1])
  })

  it.each(streams)('$id says the same in one piece, in pieces of 7 bytes and of 1', ({ response }) => {
    const bytes = readBytes(response)
    const whole = readStream(bytes, bytes.length)
    expect(readStream(bytes, 7)).toEqual(whole)
    expect(readStream(bytes, 1)).toEqual(whole)
    expect(whole.passed).toBe(latin1(bytes))
  })

  it.each(streams)('$id says what a plain reading of its JSON finds', ({ response }) => {
    const { events } = readStream(readBytes(response), 7)
    expect(summaryOf(events)).toEqual(plainSummary(linesOf(readText(response))))
    expect(events[0]?.type).toBe('start')
    expect(events.filter(({ type }) => type === 'end' || type === 'finish')).toHaveLength(2)
    expect(events.at(-1)).toEqual({ type: 'end' })
  })

  it.each(streams)('$id is truncated where its last line is missing, never at an end', ({ response }) => {
    const text = readText(response)
    const { events, passed } = readStream(new TextEncoder().encode(text.slice(0, text.lastIndexOf('"done":true'))), 7)
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { scope: 'endpoint', retryable: true } })
    expect(passed).not.toContain('"done":true')
  })

  it.each(streams)('$id survives being read, written and read again', ({ response }) => {
    const { events } = readStream(readBytes(response), 7)
    const written = writeStream(events)
    expect(readStream(new TextEncoder().encode(written), 7).events).toEqual(events)
    const { created_at: _, message: __, response: ___, ...last } = linesOf(readText(response)).at(-1) ?? {}
    expect(linesOf(written).at(-1)).toMatchObject(last)
  })
})

describe('a recorded stream whose server was killed', () => {
  it.each(killed)('$id ends in an error, whose line is not passed on', ({ response }) => {
    const bytes = new TextEncoder().encode(bodyOfRawHttp(readText(response)))
    const { passed, events } = readStream(bytes, 7)
    expect(events.at(-1)).toMatchObject({
      type: 'error',
      failure: {
        scope: 'endpoint',
        reason: 'error-in-reply',
        retryable: true,
        detail: { message: expect.stringContaining('unexpected EOF') },
      },
    })
    expect(events.filter(({ type }) => type === 'text-delta').length).toBeGreaterThan(10)
    expect(passed).not.toContain('"error"')
    expect(latin1(bytes).startsWith(passed)).toBe(true)
  })
})

describe('recorded answers', () => {
  it.each(replies)('$id says what a plain reading of its JSON finds', ({ response }) => {
    const body = bodyOf(response)
    const reply = ollamaChat.readReply(body)
    const content = reply.choices[0]?.content ?? []
    const message = objectOf(body.message)
    expect(content.map((part) => (part.type === 'text' ? part.text : '')).join('')).toBe(message.content ?? body.response)
    expect(content.flatMap((part) => (part.type === 'tool-call' ? [[part.id, part.name, JSON.parse(part.arguments)]] : []))).toEqual(
      objectsOf(message.tool_calls).map((call) => [call.id, objectOf(call.function).name, objectOf(call.function).arguments]),
    )
    expect(reply.model).toBe(body.model)
    expect(countsOf(reply.usage)).toEqual({ input: body.prompt_eval_count, output: body.eval_count })
    expect(reply.choices[0]?.finishReason).toBe(message.tool_calls === undefined ? body.done_reason : 'tool-calls')
  })

  it.each(replies)('$id survives being read, written and read again', ({ response }) => {
    const reply = ollamaChat.readReply(bodyOf(response))
    const written = ollamaChat.writeReply(reply)
    expect(written.warnings).toEqual([])
    expect(ollamaChat.readReply(written.value)).toEqual(reply)
  })
})

describe('recorded requests', () => {
  it.each(requests)('$id comes out meaning what it went in', ({ request = '' }) => {
    const body = bodyOf(request)
    const written = ollamaChat.writeRequest(ollamaChat.readRequest(body))
    const { format, keep_alive: _, options, ...rest } = body
    expect(format ?? '').toBe('')
    expect(written).toEqual({
      value: { ...rest, stream: body.stream ?? true, ...(Object.keys(objectOf(options)).length > 0 && { options }) },
      warnings: [],
    })
  })
})

describe('recorded errors', () => {
  it.each(errors)('$id is a model that is not there', ({ status, response }) => {
    const failure = ollamaChat.readError({ status, header: () => null, text: readText(response), nowMs: 0 })
    expect(failure).toMatchObject({ scope: 'model', reason: 'model-not-found', retryable: false, status: 404 })
    expect(failure.detail?.message).toMatch(/^model 'nope/)
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

function linesOf(text: string): readonly JsonObject[] {
  return text
    .split('\n')
    .map((line) => parseObject(line))
    .filter((line) => line !== null)
}

/** What stands between the sizes of a chunked body. */
function bodyOfRawHttp(text: string): string {
  const [, ...chunked] = text.split('\r\n\r\n')
  return chunked
    .join('\r\n\r\n')
    .split('\r\n')
    .filter((line) => line.startsWith('{'))
    .join('')
}

function readStream(bytes: Uint8Array, size: number): { readonly passed: string; readonly events: readonly ChatEvent[] } {
  const reader = ollamaChat.readStream({ stripUsage: false })
  const parts = []
  for (let start = 0; start < bytes.length; start += size) parts.push(reader.read(bytes.slice(start, start + size)))
  parts.push(reader.end())
  return { passed: parts.map((part) => latin1(part.bytes)).join(''), events: parts.flatMap((part) => part.events) }
}

function writeStream(events: readonly ChatEvent[]): string {
  const writer = ollamaChat.writeStream({ wantsUsage: true })
  return events.map((event) => writer.write(event)).join('')
}

function countsOf(usage: Usage): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(usage).map(([tokenClass, figure]) => [tokenClass, figure.tokens]))
}

function summaryOf(events: readonly ChatEvent[]): unknown {
  let text = ''
  let usage: Usage = {}
  const calls: unknown[] = []
  const names = events.flatMap((event) => (event.type === 'tool-call-start' ? [[event.id, event.name]] : []))
  for (const event of events) {
    if (event.type === 'text-delta') text += event.text
    if (event.type === 'usage') usage = mergeUsage(usage, event.usage)
    if (event.type === 'tool-call-delta') calls.push([...(names[event.call] ?? []), JSON.parse(event.arguments)])
  }
  return { text, calls, usage: countsOf(usage), finish: events.find((event) => event.type === 'finish')?.reason }
}

/** Written without a line of the code that it checks. */
function plainSummary(lines: readonly JsonObject[]): unknown {
  const calls = lines.flatMap((line) => arrayOf(objectOf(line.message).tool_calls)).map(objectOf)
  const last = lines.at(-1) ?? {}
  return {
    text: lines.map((line) => objectOf(line.message).content ?? line.response ?? '').join(''),
    calls: calls.map((call) => [call.id, objectOf(call.function).name, objectOf(call.function).arguments]),
    usage: { input: last.prompt_eval_count, output: last.eval_count },
    finish: calls.length > 0 ? 'tool-calls' : last.done_reason,
  }
}
