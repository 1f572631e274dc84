import { readFileSync } from 'node:fs'
import type { ChatEvent, ChatProtocol, ChatReply, EmbeddingsProtocol, JsonObject } from '@gateway/core'
import { GatewayError, ReplyError } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { anthropicMessages } from '../anthropic-messages/index.ts'
import { gemini, geminiEmbeddings } from '../gemini/index.ts'
import { objectsOf, parseObject, stringOf } from '../json-fields.ts'
import { ollamaChat } from '../ollama/index.ts'
import { openaiChat } from '../openai-chat/index.ts'
import { openaiCompletions } from '../openai-completions/index.ts'
import { openaiEmbeddings } from '../openai-embeddings/index.ts'
import { openaiResponses } from '../openai-responses/index.ts'
import { REPLY_SECTIONS, eventsOf } from '../pairs/__fixtures__/reply-features.ts'
import { workersAi } from '../workers-ai/index.ts'
import { publishedType } from './__fixtures__/published-types.ts'

const VENDORS: readonly ChatProtocol[] = [openaiChat, openaiResponses, openaiCompletions, anthropicMessages, gemini, ollamaChat, workersAi]
const RECORDINGS = VENDORS.flatMap((protocol) => recordingsOf(protocol.name).map((recording) => ({ protocol, ...recording })))
const REPLIES = RECORDINGS.flatMap(({ protocol, id, response }) => {
  const reply = response.endsWith('.json') ? replyIn(protocol, parseObject(textOf(protocol.name, response)) ?? {}) : null
  return reply === null ? [] : [{ id, reply }]
})
const STREAMS = RECORDINGS.filter(({ response }) => /\.(sse|ndjson)$/.test(response)).map(({ protocol, id, response }) => ({
  id,
  events: eventsIn(protocol, textOf(protocol.name, response)),
}))
/** What no recording says: every feature of an answer, once. */
const FEATURES = REPLY_SECTIONS.flatMap(([, features]) =>
  features.map(({ name, say }) => ({ id: `hand-made: ${name}`, reply: say('gemini') })),
)
const ALL_REPLIES = [...REPLIES, ...FEATURES]
const ALL_STREAMS = [...STREAMS, ...FEATURES.map(({ id, reply }) => ({ id, events: eventsOf(reply) }))]
const FAILED_AT_ONCE = ALL_STREAMS.filter(isFailedAtOnce)
const BEGUN = ALL_STREAMS.filter((stream) => !isFailedAtOnce(stream))

const SURFACES = [
  {
    protocol: openaiChat,
    whole: publishedType('resources/chat/completions/completions', 'ChatCompletion'),
    piece: publishedType('resources/chat/completions/completions', 'ChatCompletionChunk'),
  },
  {
    protocol: openaiResponses,
    whole: publishedType('resources/responses/responses', 'Response'),
    piece: publishedType('resources/responses/responses', 'ResponseStreamEvent'),
  },
  {
    protocol: openaiCompletions,
    whole: publishedType('resources/completions', 'Completion'),
    // The type is that of a whole answer, too.
    piece: publishedType('resources/completions', 'Completion', ['finish_reason']),
  },
] as const

it('reads recordings of every protocol', () => {
  expect([REPLIES.length, STREAMS.length]).toEqual([expect.any(Number), expect.any(Number)])
  expect(REPLIES.length).toBeGreaterThan(60)
  expect(STREAMS.length).toBeGreaterThan(50)
})

describe.each(SURFACES)('what $protocol.name writes', ({ protocol, whole, piece }) => {
  it.each(ALL_REPLIES)('of $id fits the published schema', ({ reply }) => {
    const { value } = protocol.writeReply(reply)
    expect(whole.complaints(JSON.parse(JSON.stringify(value))).filter(isNews)).toEqual([])
  })

  it.each(ALL_STREAMS)('of the stream of $id fits the published schema', ({ events }) => {
    const frames = framesOf(write(protocol, events))
    expect(frames.length > 0 || events.at(-1)?.type === 'error').toBe(true)
    expect(frames.flatMap((frame) => piece.complaints(frame))).toEqual([])
  })
})

describe('the order in which streams are written', () => {
  it.each(ALL_STREAMS)('of $id has a role first, one end a choice, and whole calls in Chat', ({ events }) => {
    const chunks = framesOf(write(openaiChat, events))
    const choices = chunks.flatMap((chunk) => objectsOf(chunk.choices))
    const indices = [...new Set(choices.map(({ index }) => index))]
    for (const index of indices) {
      const own = choices.filter((choice) => choice.index === index)
      expect(own[0]).toMatchObject({ delta: { role: 'assistant' } })
      const isBroken = events.at(-1)?.type === 'error'
      expect(own.filter((choice) => choice.finish_reason !== null).length).toBe(isBroken ? own.filter(hasEnd).length : 1)
      const calls = own.flatMap((choice) => objectsOf(Reflect.get(Object(choice.delta), 'tool_calls')))
      expect(holesIn(calls.map((call) => Number(call.index)))).toEqual([])
    }
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBeLessThanOrEqual(1)
  })

  it.each(ALL_STREAMS)('of $id numbers its events and opens what it fills in Responses', ({ events }) => {
    const frames = framesOf(write(openaiResponses, events))
    expect(frames.map((frame) => frame.sequence_number)).toEqual(frames.map((_, index) => index))
    expect(unopened(frames)).toEqual([])
  })

  it.each(BEGUN)('of $id begins with an answer without output in Responses', ({ events }) => {
    const [first] = framesOf(write(openaiResponses, events))
    expect(first).toMatchObject({ type: 'response.created', response: { output: [] } })
  })

  it.each(FAILED_AT_ONCE)('of $id is nothing but its failure in Responses', ({ events }) => {
    expect(framesOf(write(openaiResponses, events)).map(({ type }) => type)).toEqual(['error', 'response.failed'])
  })
})

describe('embeddings', () => {
  const response = publishedType('resources/embeddings', 'CreateEmbeddingResponse')
  const vendors: readonly (readonly [EmbeddingsProtocol, string])[] = [
    [openaiEmbeddings, 'openai-embeddings'],
    [geminiEmbeddings, 'gemini'],
  ]
  const recorded = vendors.flatMap(([vendor, folder]) =>
    recordingsOf(folder)
      .filter(({ response: file, id }) => file.endsWith('.json') && (folder !== 'gemini' || id.includes('embeddings')))
      .map(({ id, response: file }) => ({ id, vendor, body: parseObject(textOf(folder, file)) ?? {} })),
  )

  it('are recorded', () => {
    expect(recorded).toHaveLength(4)
  })

  it.each(recorded)('of $id fit the published schema', ({ vendor, body }) => {
    const reply = vendor.readReply(body)
    const written = openaiEmbeddings.writeReply(reply, { model: 'm', inputs: ['a'], encoding: 'float' })
    expect(response.complaints(written)).toEqual([])
  })
})

describe('the check itself', () => {
  const { whole, piece } = SURFACES[0]
  const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [] }

  it('accepts what OpenAI itself has sent', () => {
    const own = recordingsOf('openai-chat').filter(({ id, response }) => id.startsWith('openai/') && response.endsWith('.json'))
    const complaints = own.flatMap(({ id, response }) =>
      whole.complaints(parseObject(textOf('openai-chat', response))).map((text) => `${id}${text}`),
    )
    expect(own.length).toBeGreaterThan(5)
    expect(complaints).toEqual([])
  })

  it.each([
    [{ ...chunk, id: undefined }, ['.id: required']],
    [{ ...chunk, created: '1' }, ['.created: expected a number, found "1"']],
    [
      { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'eos' }] },
      [expect.stringContaining('.choices[0].finish_reason: expected')],
    ],
    [
      { ...chunk, choices: [{ index: 0, delta: { tool_calls: [{ id: 'a' }] }, finish_reason: null }] },
      ['.choices[0].delta.tool_calls[0].index: required'],
    ],
    [{ ...chunk, choices: [{ index: 0, delta: { content: null, role: null }, finish_reason: null, mystery: 1 }] }, []],
  ])('finds what is wrong with %o', (value, complaints) => {
    expect(piece.complaints(JSON.parse(JSON.stringify(value)))).toEqual(complaints)
  })

  it('finds pieces of items that are opened too late or never', () => {
    const opening = { type: 'response.output_item.added', output_index: 0 }
    const own = { type: 'response.output_text.delta', output_index: 0 }
    const stray = { ...own, output_index: 1 }
    expect(unopened([opening, own, stray])).toEqual([stray])
    expect(unopened([own, opening, own])).toEqual([own])
  })

  it('tells the events of the Responses API apart', () => {
    const event = { type: 'response.output_text.delta', sequence_number: 1, item_id: 'a', output_index: 0, content_index: 0, logprobs: [] }
    expect(SURFACES[1].piece.complaints({ ...event, delta: 'a' })).toEqual([])
    expect(SURFACES[1].piece.complaints(event)).toEqual(['.delta: required'])
    expect(SURFACES[1].piece.complaints({ ...event, type: 'response.new' })).toEqual([': of no known type'])
  })
})

/** OpenAI's own search names sources of a kind that its schema does not know; such items go on as they came. */
function isNews(complaint: string): boolean {
  return !complaint.includes('.action.sources[')
}

function isFailedAtOnce({ events }: { readonly events: readonly ChatEvent[] }): boolean {
  return events[0]?.type === 'error'
}

interface Recording {
  readonly id: string
  readonly response: string
}

function recordingsOf(folder: string): readonly Recording[] {
  const entries = objectsOf(parseObject(textOf(folder, 'index.json'))?.entries).filter(({ status }) => status === 200)
  return entries.map(({ id, response }) => ({ id: String(id), response: String(response) }))
}

function textOf(folder: string, file: string): string {
  return readFileSync(new URL(`../${folder}/__fixtures__/${file}`, import.meta.url), 'utf8')
}

/** Null for a 200 that is not an answer, or not one of chat. */
function replyIn(protocol: ChatProtocol, body: JsonObject): ChatReply | null {
  try {
    return protocol.readReply(body)
  } catch (error) {
    if (error instanceof ReplyError) return null
    throw error
  }
}

function eventsIn(protocol: ChatProtocol, text: string): readonly ChatEvent[] {
  const reader = protocol.readStream({ stripUsage: false })
  return [...reader.read(new TextEncoder().encode(text)).events, ...reader.end().events]
}

/** As the HTTP surface does, a failure at the end included. */
function write(protocol: ChatProtocol, events: readonly ChatEvent[]): string {
  const writer = protocol.writeStream({ wantsUsage: true })
  const written = events.map((event) => writer.write(event)).join('')
  const isFailed = events.at(-1)?.type === 'error'
  return isFailed ? written + writer.fail(new GatewayError('stream-interrupted', 'The stream broke off.'), 502) : written
}

/** The data of all frames but errors, which have a shape of their own in Chat, and the end. */
function framesOf(text: string): readonly JsonObject[] {
  const data = text.split('\n').flatMap((line) => (line.startsWith('data: {') ? [parseObject(line.slice('data: '.length)) ?? {}] : []))
  return data.filter((frame) => !('error' in frame && !('type' in frame)))
}

/** The pieces of items that no frame before them has opened. */
function unopened(frames: readonly JsonObject[]): readonly JsonObject[] {
  const opened = new Set<unknown>()
  return frames.filter(({ type, output_index: item }) => {
    if (type === 'response.output_item.added') opened.add(item)
    return stringOf(type)?.endsWith('.delta') === true && !opened.has(item)
  })
}

function hasEnd(choice: JsonObject): boolean {
  return choice.finish_reason !== null
}

function holesIn(indices: readonly number[]): readonly number[] {
  const seen = new Set(indices)
  return Array.from({ length: seen.size }, (_, index) => index).filter((index) => !seen.has(index))
}
