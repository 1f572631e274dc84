import { readFileSync } from 'node:fs'
import { isJsonObject, mergeUsage } from '@gateway/core'
import type { ChatEvent, JsonObject, Usage } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { arrayOf, objectOf, objectsOf, parseObject, stringOf } from '../json-fields.ts'
import { gemini, geminiEmbeddings } from './index.ts'
import { readEmbeddingsRequest } from './embeddings-request.ts'
import { readRequest } from './request.ts'

const folder = new URL('__fixtures__/', import.meta.url)
const recordings = objectsOf(parseObject(readText('index.json'))?.entries).map((entry) => ({
  id: stringOf(entry.id) ?? '',
  api: stringOf(entry.api) ?? '',
  features: arrayOf(entry.features),
  status: Number(entry.status),
  headers: objectOf(entry.headers),
  path: stringOf(entry.path) ?? '',
  request: stringOf(entry.request),
  response: stringOf(entry.response) ?? '',
}))
const chats = recordings.filter(({ api }) => api === 'gemini')
const streams = chats.filter(({ response }) => response.endsWith('.sse'))
const completeStreams = streams.filter(({ features }) => !features.includes('mid-stream-error'))
const brokenStreams = streams.filter(({ features }) => features.includes('mid-stream-error'))
const replies = chats.filter(({ response, status }) => status === 200 && !response.endsWith('.sse'))
const errors = chats.filter(({ status }) => status !== 200)
const requests = chats.filter(({ request }) => request !== undefined)

describe('recorded streams', () => {
  it('are all there', () => {
    expect([completeStreams.length, brokenStreams.length, replies.length, errors.length]).toEqual([6, 1, 10, 4])
  })

  it.each(streams)('$id says the same in one piece, in pieces of 7 bytes and of 1', ({ response }) => {
    const bytes = readBytes(response)
    const whole = readStream(bytes, bytes.length)
    expect(readStream(bytes, 7)).toEqual(whole)
    expect(readStream(bytes, 1)).toEqual(whole)
  })

  it.each(completeStreams)('$id passes byte for byte, and ends once', ({ response }) => {
    const bytes = readBytes(response)
    const { passed, events } = readStream(bytes, 7)
    expect(passed).toBe(latin1(bytes))
    expect(events[0]?.type).toBe('start')
    expect(events.filter(({ type }) => type === 'end')).toEqual([events.at(-1)])
  })

  it.each(completeStreams)('$id says what a plain reading of its JSON finds', ({ response }) => {
    expect(summaryOfEvents(readStream(readBytes(response), 7).events)).toEqual(summaryOfChunks(chunksIn(readText(response))))
  })

  it.each(completeStreams)('$id is truncated where its finish reason is missing', ({ response }) => {
    const text = readText(response)
    const cut = text.slice(0, text.lastIndexOf('data:'))
    const { events } = readStream(new TextEncoder().encode(cut), 7)
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { scope: 'endpoint', reason: 'truncated-stream', retryable: true } })
  })

  it.each(completeStreams)('$id survives being read, written and read again', ({ response }) => {
    const { events } = readStream(readBytes(response), 7)
    const again = readStream(new TextEncoder().encode(write(events)), 7).events
    expect(summaryOfEvents(again)).toEqual(summaryOfEvents(events))
    expect(signaturesIn(again)).toEqual(signaturesIn(events))
  })

  it.each(brokenStreams)('$id ends in an error, whose frame is not passed on', ({ response }) => {
    const { passed, events } = readStream(readBytes(response), 7)
    expect(events.at(-1)).toMatchObject({
      type: 'error',
      failure: { scope: 'endpoint', reason: 'overloaded', retryable: true, status: 503, detail: { type: 'UNAVAILABLE' } },
    })
    expect(events.some(({ type }) => type === 'end' || type === 'finish')).toBe(false)
    expect(passed).not.toContain('"error"')
    expect(readText(response).startsWith(passed)).toBe(true)
  })
})

describe('recorded answers', () => {
  it.each(replies)('$id says what a plain reading of its JSON finds', ({ response }) => {
    const body = bodyOf(response)
    const reply = gemini.readReply(body)
    expect([reply.id, reply.model]).toEqual([body.responseId, body.modelVersion])
    const content = reply.choices[0]?.content ?? []
    const textOf = (type: string): string => content.map((part) => (part.type === type && 'text' in part ? part.text : '')).join('')
    const calls = content.flatMap((part) => (part.type === 'tool-call' ? [{ name: part.name, arguments: part.arguments }] : []))
    expect({
      text: textOf('text'),
      reasoning: textOf('reasoning'),
      calls,
      finish: reply.choices[0]?.finishReason,
      usage: countsOf(reply.usage),
    }).toEqual(summaryOfChunks([body]))
  })

  it.each(replies)('$id comes out as it went in, but for how its tokens are counted', ({ response }) => {
    const body = bodyOf(response)
    const reply = gemini.readReply(body)
    const written = gemini.writeReply(reply)
    expect(written.warnings).toEqual([])
    expect(candidatesIn(written.value)).toEqual(candidatesIn(body))
    const again = gemini.readReply(written.value)
    expect({ ...again, usage: countsOf(again.usage) }).toEqual({ ...reply, usage: countsOf(reply.usage) })
  })

  it('of embeddings came from texts', () => {
    const request = readEmbeddingsRequest(bodyOf('embeddings-json-01.request.json'), { model: 'gemini-embedding-2', isStreaming: false })
    expect(request).toEqual({ model: 'gemini-embedding-2', inputs: ['task: question answering | query: Hello, world!'] })
  })

  it('become vectors', () => {
    const body = bodyOf('embeddings-json-01.json')
    const { vectors, usage } = geminiEmbeddings.readReply(body)
    expect(vectors).toEqual([objectOf(body.embedding).values])
    expect(countsOf(usage)).toEqual({ input: 11 })
  })
})

describe('recorded requests', () => {
  it.each(requests)('$id means the same when it has been read and written', ({ request, path }) => {
    const body = bodyOf(request ?? '')
    const address = { model: /models\/([^:]+)/.exec(path)?.[1] ?? '', isStreaming: path.includes('stream') }
    const read = readRequest(body, address)
    const written = gemini.writeRequest(read)
    expect(written.warnings).toEqual([])
    expect(readRequest(plain(written.value), address)).toEqual(read)
    expect(plainParts(written.value)).toEqual(plainParts(body))
  })
})

describe('recorded errors', () => {
  const outcomes: Readonly<Record<string, JsonObject>> = {
    'gemini/error-400-01': { scope: 'credential', reason: 'authentication-failed', retryable: false, detail: { code: 'API_KEY_INVALID' } },
    'gemini/error-400-02': { scope: 'request', reason: 'rejected', retryable: false, detail: { type: 'INVALID_ARGUMENT' } },
    'gemini/error-404-01': { scope: 'model', reason: 'model-not-found', retryable: false },
    'gemini/error-429-01': { scope: 'credential', reason: 'rate-limited', retryable: true, retryAfterMs: 34_400 },
  }

  it.each(errors)('$id is judged', ({ id, status, headers, response }) => {
    const failure = gemini.readError({ status, header: (name) => stringOf(headers[name]) ?? null, text: readText(response), nowMs: 0 })
    expect(outcomes).toHaveProperty([id])
    expect(failure).toMatchObject({ status, ...outcomes[id] })
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

function readStream(bytes: Uint8Array, size: number): { readonly passed: string; readonly events: readonly ChatEvent[] } {
  const reader = gemini.readStream({ stripUsage: false })
  const parts = []
  for (let start = 0; start < bytes.length; start += size) parts.push(reader.read(bytes.slice(start, start + size)))
  parts.push(reader.end())
  return { passed: parts.map((part) => latin1(part.bytes)).join(''), events: parts.flatMap((part) => part.events) }
}

function write(events: readonly ChatEvent[]): string {
  const writer = gemini.writeStream({ wantsUsage: true })
  return events.map((event) => writer.write(event)).join('')
}

function chunksIn(text: string): readonly JsonObject[] {
  const lines = text.split(/\r?\n/).filter((line) => line.startsWith('data: {'))
  return lines.map((line) => parseObject(line.slice('data: '.length)) ?? {})
}

interface Summary {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly unknown[]
  readonly finish: unknown
  readonly usage: Readonly<Record<string, number>>
}

function summaryOfEvents(events: readonly ChatEvent[]): Summary {
  const calls: { name: string; arguments: string }[] = []
  let [text, reasoning] = ['', '']
  let usage: Usage = {}
  for (const event of events) {
    if (event.type === 'text-delta') text += event.text
    if (event.type === 'reasoning-delta') reasoning += event.text
    if (event.type === 'tool-call-start') calls[event.call] = { name: event.name, arguments: '' }
    const call = event.type === 'tool-call-delta' ? calls[event.call] : undefined
    if (event.type === 'tool-call-delta' && call) call.arguments += event.arguments
    if (event.type === 'usage') usage = mergeUsage(usage, event.usage)
  }
  const finishes = events.filter((event) => event.type === 'finish')
  expect(finishes).toHaveLength(1)
  return { text, reasoning, calls, finish: finishes[0]?.reason, usage: countsOf(usage) }
}

/** Written without a line of the code that it checks. */
function summaryOfChunks(chunks: readonly JsonObject[]): Summary {
  const parts = chunks.flatMap((chunk) => objectsOf(objectOf(objectsOf(chunk.candidates)[0]?.content).parts))
  const textOf = (isThought: boolean): string =>
    parts.map((part) => ((part.thought === true) === isThought ? String(part.text ?? '') : '')).join('')
  const calls = parts.map((part) => part.functionCall).filter(isJsonObject)
  const word = chunks.map((chunk) => objectsOf(chunk.candidates)[0]?.finishReason ?? '').join('')
  const finishes: Readonly<Record<string, string>> = { STOP: calls.length > 0 ? 'tool-calls' : 'stop', MAX_TOKENS: 'length' }
  const usage = objectOf(chunks.at(-1)?.usageMetadata)
  const audio = objectsOf(usage.promptTokensDetails).find(({ modality }) => modality === 'AUDIO')
  const image = objectsOf(usage.promptTokensDetails).find(({ modality }) => modality === 'IMAGE')
  const thoughts = usage.thoughtsTokenCount
  const counts = {
    input: Number(usage.promptTokenCount) + Number(usage.toolUsePromptTokenCount ?? 0),
    output: Number(usage.candidatesTokenCount ?? 0) + Number(thoughts ?? 0),
    ...(thoughts !== undefined && { reasoning: Number(thoughts) }),
    ...(audio && { inputAudio: Number(audio.tokenCount) }),
    ...(image && { inputImage: Number(image.tokenCount) }),
  }
  expect(counts.input + counts.output).toBe(usage.totalTokenCount)
  return {
    text: textOf(false),
    reasoning: textOf(true),
    calls: calls.map((call) => ({ name: String(call.name), arguments: JSON.stringify(call.args) })),
    finish: finishes[word] ?? 'other',
    usage: counts,
  }
}

/** All signatures in their order, wherever they are carried. */
function signaturesIn(events: readonly ChatEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'finish' ? [] : (JSON.stringify(event).match(/[\w+/=-]{80,}/g) ?? [])))
}

/** Candidates as the vendor would send them: with an index, and ids of calls left out. */
function candidatesIn(body: JsonObject): readonly JsonObject[] {
  return objectsOf(body.candidates).map((candidate, index) => ({ index, ...candidate, content: withoutIds(objectOf(candidate.content)) }))
}

function withoutIds(content: JsonObject): JsonObject {
  const parts = objectsOf(content.parts).map((part) => {
    if (!isJsonObject(part.functionCall)) return part
    const { id: _, ...call } = part.functionCall
    return { ...part, functionCall: call }
  })
  return { ...content, parts }
}

function countsOf(usage: Usage): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(usage).map(([tokenClass, figure]) => [tokenClass, figure.tokens]))
}

function plain(value: JsonObject): JsonObject {
  return parseObject(JSON.stringify(value)) ?? {}
}

/** The parts of all contents in camelCase, with bytes in the one alphabet of base64. */
function plainParts(body: JsonObject): unknown {
  const camel = JSON.stringify(objectsOf(body.contents).map((content) => [content.role, objectsOf(content.parts)]))
    .replaceAll(
      /"(function|thought|inline|file|mime)_([a-z]+)":/g,
      (_, first: string, rest: string) => `"${first}${rest.charAt(0).toUpperCase()}${rest.slice(1)}":`,
    )
    .replaceAll('"fileUri":', '"fileUri":')
  const texts = JSON.parse(camel, (key: string, value: unknown) =>
    key === 'data' && typeof value === 'string' ? value.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', '') : value,
  )
  return texts
}
