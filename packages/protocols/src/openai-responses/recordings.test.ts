import { readFileSync } from 'node:fs'
import { GatewayError, mergeUsage } from '@gateway/core'
import type { AssistantPart, ChatEvent, Json, JsonObject, Usage } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { arrayOf, objectOf, objectsOf, parseObject, stringOf } from '../json-fields.ts'
import { openaiResponses } from './index.ts'

const folder = new URL('__fixtures__/', import.meta.url)
const index = parseObject(readText('index.json')) ?? {}
const recordings = objectsOf(index.entries).map((entry) => ({
  id: stringOf(entry.id) ?? '',
  status: Number(entry.status),
  headers: objectOf(entry.headers),
  request: stringOf(entry.request) ?? '',
  response: stringOf(entry.response) ?? '',
}))
const streams = recordings.filter(({ response }) => response.endsWith('.sse'))
const replies = recordings.filter(({ response, status }) => status === 200 && !response.endsWith('.sse'))
const errors = recordings.filter(({ status }) => status !== 200)
/** Requests that need what the vendor keeps. */
const STATEFUL: Readonly<Record<string, string>> = {
  'openai/responses-json-01': 'background',
  'openai/responses-json-02': 'previous_response_id',
}
const stateful = recordings.filter(({ id }) => id in STATEFUL)
const requests = recordings.filter(({ id }) => !(id in STATEFUL))

describe('recorded streams', () => {
  it('come from every kind of server', () => {
    expect(streams.length).toBeGreaterThan(7)
    expect(replies.length).toBeGreaterThan(7)
  })

  it.each(streams)('$id says the same in one piece, in pieces of 7 bytes and of 1', ({ response }) => {
    const bytes = readBytes(response)
    const whole = readStream(bytes, bytes.length)
    expect(readStream(bytes, 7)).toEqual(whole)
    expect(readStream(bytes, 1)).toEqual(whole)
  })

  it.each(streams)('$id passes byte for byte to its last event and ends once', ({ response }) => {
    const text = latin1(readBytes(response))
    const { passed, events } = readStream(readBytes(response), 7)
    const done = text.indexOf('data: [DONE]')
    expect(passed).toBe(done === -1 ? text : text.slice(0, done))
    expect(events.filter((event) => event.type === 'end')).toHaveLength(1)
    expect(events.at(-1)).toEqual({ type: 'end' })
    expect(events[0]?.type).toBe('start')
  })

  it.each(streams)('$id says what a plain reading of its last event finds', ({ response }) => {
    const { events } = readStream(readBytes(response), 7)
    expect(summaryOfEvents(events)).toEqual(summaryOfResponse(lastResponse(response)))
  })

  it.each(streams)('$id ends in an error where its last event is missing, never in an end', ({ response }) => {
    const text = readText(response)
    const { passed, events } = readStream(new TextEncoder().encode(text.slice(0, text.indexOf('"type":"response.completed"'))), 7)
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { scope: 'endpoint', reason: 'truncated-stream', retryable: true } })
    expect(passed).not.toContain('response.completed')
  })

  it.each(streams)('$id survives being read, written and read again', ({ response }) => {
    const { events } = readStream(readBytes(response), 7)
    const again = readStream(new TextEncoder().encode(writeStream(events)), 7)
    expect(withoutZeros(summaryOfEvents(again.events))).toEqual(withoutZeros(summaryOfEvents(events)))
  })

  it.each(streams)('$id is written with numbers without a hole, and names on every event', ({ response }) => {
    const frames = writeStream(readStream(readBytes(response), 7).events)
      .trimEnd()
      .split('\n\n')
    const events = frames.map((frame) => parseObject(frame.slice(frame.indexOf('data: ') + 6)) ?? {})
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, position) => position))
    expect(frames.map((frame) => frame.slice(0, frame.indexOf('\n')))).toEqual(events.map((event) => `event: ${String(event.type)}`))
  })
})

describe('recorded answers', () => {
  it.each(replies)('$id says what a plain reading of its JSON finds', ({ response }) => {
    const body = bodyOf(response)
    const reply = openaiResponses.readReply(body)
    expect(reply.id).toBe(body.id)
    expect(reply.model).toBe(body.model)
    expect(summaryOfParts(reply.choices[0]?.content ?? [], reply.usage, reply.choices[0]?.finishReason)).toEqual(summaryOfResponse(body))
  })

  it.each(replies)('$id survives being read, written and read again', ({ response }) => {
    const reply = openaiResponses.readReply(bodyOf(response))
    const written = openaiResponses.writeReply(reply)
    expect(written.warnings).toEqual([])
    const again = openaiResponses.readReply(written.value)
    expect({ ...again, extensions: undefined, usage: withoutZeros(countsOf(again.usage)) }).toEqual({
      ...reply,
      extensions: undefined,
      usage: withoutZeros(countsOf(reply.usage)),
    })
    expect(again.extensions?.fields).toMatchObject(reply.extensions?.fields ?? {})
  })
})

describe('recorded requests', () => {
  it.each(requests)('$id comes out as it went in', ({ request }) => {
    const body = bodyOf(request)
    const written = openaiResponses.writeRequest(openaiResponses.readRequest(body))
    expect(written.warnings).toEqual([])
    expect(written.value).toEqual(normalized(body))
  })

  it.each(stateful)('$id is refused, since it needs what only the vendor keeps', ({ id, request }) => {
    const read = (): unknown => openaiResponses.readRequest(bodyOf(request))
    expect(read).toThrow(GatewayError)
    expect(read).toThrow(expect.objectContaining({ code: 'invalid-request', param: STATEFUL[id] }))
  })

  it.each(recordings)('$id passes with its bytes untouched', ({ request }) => {
    const bytes = readBytes(request)
    const text = readText(request)
    const json = bodyOf(request)
    const wire = { protocol: 'openai-responses', bytes, text, json }
    const opened = openaiResponses.openRequest(wire)
    expect(opened.isStreaming).toBe(json.stream === true)
    expect(openaiResponses.passRequest(wire, { model: opened.model, canAskForUsage: true })).toBe(bytes)
  })
})

describe('recorded errors', () => {
  const outcomes: Readonly<Record<string, unknown>> = {
    'openai/error-400-03': { scope: 'request', reason: 'rejected', detail: { code: 'unsupported_file', param: 'input' } },
    'openai/error-400-04': {
      scope: 'request',
      reason: 'rejected',
      detail: { code: 'invalid_value', param: 'input[3].output[0].file_data' },
    },
    'openai/error-400-05': {
      scope: 'request',
      reason: 'rejected',
      detail: { code: 'invalid_value', param: 'input[4].content[0].file_data' },
    },
  }

  it.each(errors)('$id is judged', ({ id, status, headers, response }) => {
    const header = (name: string): string | null => stringOf(headers[name]) ?? null
    const failure = openaiResponses.readError({ status, header, text: readText(response), nowMs: 0 })
    expect(failure).toMatchObject(objectOf(parseObject(JSON.stringify(outcomes[id])) ?? {}))
    expect(outcomes[id]).toBeDefined()
  })
})

function readBytes(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(name, folder)))
}

function readText(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8')
}

function bodyOf(name: string): JsonObject {
  return parseObject(readText(name)) ?? {}
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes)
}

function readStream(bytes: Uint8Array, size: number): { readonly passed: string; readonly events: readonly ChatEvent[] } {
  const reader = openaiResponses.readStream({ stripUsage: false })
  const parts = []
  for (let start = 0; start < bytes.length; start += size) parts.push(reader.read(bytes.slice(start, start + size)))
  parts.push(reader.end())
  return { passed: parts.map((part) => latin1(part.bytes)).join(''), events: parts.flatMap((part) => part.events) }
}

function writeStream(events: readonly ChatEvent[]): string {
  const writer = openaiResponses.writeStream({ wantsUsage: true })
  return events.map((event) => writer.write(event)).join('')
}

/** The response in the event that ends the stream, as JSON alone tells it. */
function lastResponse(name: string): JsonObject {
  const data = readText(name)
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => parseObject(line.slice(6)) ?? {})
  return objectOf(data.at(-1)?.response)
}

interface Summary {
  readonly text: string
  readonly thoughts: string
  readonly encrypted: readonly unknown[]
  readonly calls: readonly unknown[]
  readonly others: readonly unknown[]
  readonly finish: string | undefined
  readonly usage: JsonObject
}

function summaryOfResponse(response: JsonObject): Summary {
  const items = objectsOf(response.output)
  const ofType = (type: string): readonly JsonObject[] => items.filter((item) => item.type === type)
  const known = new Set(['message', 'reasoning', 'function_call'])
  const calls = ofType('function_call').map((item) => [item.call_id, item.name, item.arguments])
  const usage = objectOf(response.usage)
  return {
    text: ofType('message')
      .flatMap((item) => objectsOf(item.content).map((part) => stringOf(part.text) ?? ''))
      .join(''),
    thoughts: ofType('reasoning')
      .flatMap((item) => [...objectsOf(item.summary), ...objectsOf(item.content)].map((part) => stringOf(part.text) ?? ''))
      .join(''),
    encrypted: ofType('reasoning').flatMap((item) => (item.encrypted_content == null ? [] : [item.encrypted_content])),
    calls,
    others: items.filter((item) => !known.has(String(item.type))),
    finish: finishOf(response, calls.length > 0),
    usage: Object.fromEntries(
      Object.entries({
        input: usage.input_tokens,
        cachedInput: objectOf(usage.input_tokens_details).cached_tokens,
        cacheWrite: objectOf(usage.input_tokens_details).cache_write_tokens,
        output: usage.output_tokens,
        reasoning: objectOf(usage.output_tokens_details).reasoning_tokens,
      }).filter(([, count]) => count !== undefined),
    ),
  }
}

function finishOf(response: JsonObject, hasCalls: boolean): string {
  if (response.status === 'queued') return 'other'
  return hasCalls ? 'tool-calls' : 'stop'
}

function summaryOfEvents(events: readonly ChatEvent[]): Summary {
  const pieces = (type: ChatEvent['type']): string =>
    events.map((event) => (event.type === type && 'text' in event ? event.text : '')).join('')
  const argumentsOf = (call: number): string =>
    events.map((event) => (event.type === 'tool-call-delta' && event.call === call ? event.arguments : '')).join('')
  const usage = events.reduce<Usage>((merged, event) => (event.type === 'usage' ? mergeUsage(merged, event.usage) : merged), {})
  return {
    text: pieces('text-delta'),
    thoughts: pieces('reasoning-delta'),
    encrypted: events.flatMap((event) => (event.type === 'reasoning-signature' ? [event.encrypted] : [])),
    calls: events.flatMap((event) => (event.type === 'tool-call-start' ? [[event.id, event.name, argumentsOf(event.call)]] : [])),
    others: events.flatMap((event) => (event.type === 'opaque-delta' ? [event.value] : [])),
    finish: events.flatMap((event) => (event.type === 'finish' ? [event.reason] : []))[0],
    usage: countsOf(usage),
  }
}

function summaryOfParts(parts: readonly AssistantPart[], usage: Usage, finish: string | undefined): Summary {
  return {
    text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    thoughts: parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join(''),
    encrypted: parts.flatMap((part) => (part.type === 'reasoning' && part.encrypted !== undefined ? [part.encrypted] : [])),
    calls: parts.flatMap((part) => (part.type === 'tool-call' ? [[part.id, part.name, part.arguments]] : [])),
    others: parts.flatMap((part) => (part.type === 'opaque' ? [part.value] : [])),
    finish,
    usage: countsOf(usage),
  }
}

function countsOf(usage: Usage): JsonObject {
  return Object.fromEntries(Object.entries(usage).map(([tokenClass, figure]) => [tokenClass, figure.tokens]))
}

/** Clients require each count, so that an unknown one is written as 0. */
function withoutZeros<T extends object>(summary: T): unknown {
  return JSON.parse(JSON.stringify(summary), (_, value: unknown) => (value === 0 ? undefined : value))
}

/** What the request means, in the words that we choose where there are several. */
function normalized(body: JsonObject): JsonObject {
  const { input, instructions, previous_response_id: _, stream, tools, text, include, ...rest } = body
  const format = objectOf(objectOf(text).format)
  return JSON.parse(
    JSON.stringify({
      ...rest,
      ...conversation(instructions, typeof input === 'string' ? [{ role: 'user', content: input }] : objectsOf(input)),
      ...(stream === true && { stream }),
      ...(tools !== undefined && { tools: objectsOf(tools).map(normalizedTool) }),
      ...(text !== undefined && {
        text: { ...objectOf(text), format: format.type === 'json_schema' ? { strict: false, ...format } : format },
      }),
      ...(include !== undefined && { include: arrayOf(include).toSorted((first) => (first === 'reasoning.encrypted_content' ? 1 : -1)) }),
      store: rest.store !== false,
    }),
  )
}

/** A system message in front is the same as instructions. */
function conversation(instructions: Json | undefined, items: readonly JsonObject[]): JsonObject {
  const [first, ...others] = items.map(normalizedItem)
  if (first?.role === 'system') return { instructions: first.content, input: others }
  return { ...(instructions !== '' && { instructions }), input: items.map(normalizedItem) }
}

function normalizedTool(tool: JsonObject): JsonObject {
  if (tool.type !== 'function') return tool
  return { strict: false, ...tool, ...(tool.description === null && { description: undefined }) }
}

function normalizedItem(item: JsonObject): JsonObject {
  const { id, status: _, ...rest } = item
  if (item.type === 'reasoning') return { ...rest, id }
  if (item.type !== undefined && item.type !== 'message') return String(item.type).startsWith('function_call') ? rest : item
  const [only, ...others] = objectsOf(rest.content)
  const isPlain = others.length === 0 && only?.type === 'input_text'
  return { ...rest, type: 'message', content: isPlain ? only.text : rest.content }
}
