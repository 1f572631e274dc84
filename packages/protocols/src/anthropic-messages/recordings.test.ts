import { readFileSync } from 'node:fs'
import { mergeUsage } from '@gateway/core'
import type { ChatEvent, JsonObject, Usage } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { arrayOf, numberOf, objectOf, objectsOf, parseObject, restOf, stringOf } from '../json-fields.ts'
import { anthropicMessages } from './index.ts'

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
const isStream = ({ response }: { readonly response: string }): boolean => response.endsWith('.sse')
const isBroken = ({ features }: { readonly features: readonly unknown[] }): boolean => features.includes('mid-stream-error')
const streams = recordings.filter(isStream)
const completeStreams = streams.filter((recording) => !isBroken(recording))
const brokenStreams = streams.filter(isBroken)
const replies = recordings.filter((recording) => recording.status === 200 && !isStream(recording))
const errors = recordings.filter(({ status }) => status !== 200)
const requests = recordings.flatMap(({ id, request }) =>
  request === undefined ? [] : [{ id, body: parseObject(readText(request)) ?? {} }],
)

it('replays every kind of answer', () => {
  expect([completeStreams.length, brokenStreams.length, replies.length, errors.length, requests.length]).toEqual([5, 1, 13, 3, 16])
})

describe('recorded streams', () => {
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
    expect(summaryOfEvents(readStream(readBytes(response), 7).events)).toEqual(summaryOfMessage(accumulate(eventsIn(readText(response)))))
  })

  it.each(completeStreams)('$id means the same when it is written again', ({ response }) => {
    const writer = anthropicMessages.writeStream({ wantsUsage: true })
    const { events } = readStream(readBytes(response), 7)
    const written = events.map((event) => writer.write(event)).join('')
    expect(accumulate(eventsIn(written))).toEqual(accumulate(eventsIn(readText(response))))
  })

  it.each(completeStreams)('$id ends in an error wherever it is cut before its last event, never in an end', ({ response }) => {
    const text = readText(response)
    for (const mark of ['event: content_block_stop', 'event: message_delta', 'event: message_stop']) {
      const { events } = readStream(new TextEncoder().encode(text.slice(0, text.indexOf(mark))), 7)
      expect(events.at(-1)).toMatchObject({ type: 'error', failure: { scope: 'endpoint', reason: 'truncated-stream', retryable: true } })
    }
  })

  it.each(brokenStreams)('$id ends in an error, whose frame is not passed on', ({ response }) => {
    const { passed, events } = readStream(readBytes(response), 7)
    expect(events.at(-1)).toMatchObject({
      type: 'error',
      failure: { scope: 'endpoint', reason: 'overloaded', retryable: true, detail: { type: 'overloaded_error', message: 'Overloaded' } },
    })
    expect(passed).toBe(readText(response).slice(0, readText(response).indexOf('event: error')))
  })
})

describe('recorded replies', () => {
  it.each(replies)('$id says what a plain reading of its JSON finds', ({ response }) => {
    const body = parseObject(readText(response)) ?? {}
    const reply = anthropicMessages.readReply(body)
    const [choice] = reply.choices
    const content = choice?.content ?? []
    expect({
      id: reply.id,
      model: reply.model,
      text: content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(''),
      thinking: content.flatMap((part) => (part.type === 'reasoning' ? [[part.text, part.signature, part.encrypted]] : [])),
      calls: content.flatMap((part) => (part.type === 'tool-call' ? [[part.id, part.name, part.arguments]] : [])),
      finish: choice?.finishReason,
      usage: tokensOf(reply.usage),
    }).toEqual(summaryOfMessage(body))
  })

  it.each(replies)('$id means the same when it is written again', ({ response }) => {
    const body = parseObject(readText(response)) ?? {}
    const { value, warnings } = anthropicMessages.writeReply(anthropicMessages.readReply(body))
    expect(warnings).toEqual([])
    expect(withoutNulls(value)).toEqual(withoutNulls(body))
  })
})

describe('recorded errors', () => {
  it.each(errors)('$id is the right failure', ({ status, headers, response }) => {
    const failure = anthropicMessages.readError({
      status,
      header: (name) => stringOf(headers[name]) ?? null,
      text: readText(response),
      nowMs: 0,
    })
    expect(failure).toMatchObject({ status, ...EXPECTED_FAILURES[status] })
    expect(failure.detail?.type).toBe(objectOf(parseObject(readText(response))?.error).type)
    const retryAfter = stringOf(headers['retry-after'])
    expect(failure.retryAfterMs).toBe(retryAfter === undefined ? undefined : Number(retryAfter) * 1000)
  })
})

describe('recorded requests', () => {
  it.each(requests)('$id means the same when it is written again', ({ body }) => {
    const { value, warnings } = anthropicMessages.writeRequest(anthropicMessages.readRequest(body))
    expect(warnings).toEqual([])
    expect(meaningOf(value)).toEqual(meaningOf(body))
  })
})

const EXPECTED_FAILURES: { readonly [status: number]: object } = {
  401: { scope: 'credential', reason: 'authentication-failed', retryable: false },
  429: { scope: 'credential', reason: 'rate-limited', retryable: true },
  529: { scope: 'endpoint', reason: 'overloaded', retryable: true },
}

const FINISH: { readonly [word: string]: string } = {
  end_turn: 'stop',
  max_tokens: 'length',
  tool_use: 'tool-calls',
  refusal: 'refusal',
}

function readBytes(file: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(file, folder)))
}

function readText(file: string): string {
  return readFileSync(new URL(file, folder), 'utf8')
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function readStream(bytes: Uint8Array, pieceSize: number): { readonly passed: string; readonly events: readonly ChatEvent[] } {
  const reader = anthropicMessages.readStream({ stripUsage: false })
  const events: ChatEvent[] = []
  const decoder = new TextDecoder()
  let passed = ''
  for (let start = 0; start < bytes.length; start += pieceSize) {
    const part = reader.read(bytes.slice(start, start + pieceSize))
    passed += decoder.decode(part.bytes, { stream: true })
    events.push(...part.events)
  }
  const last = reader.end()
  return { passed: passed + decoder.decode(last.bytes), events: [...events, ...last.events] }
}

/** The data of each event, read line by line without any of our own code. */
function eventsIn(text: string): readonly JsonObject[] {
  return text.split('\n').flatMap((line) => (line.startsWith('data:') ? [parseObject(line.slice(5)) ?? {}] : []))
}

/** The message that the vendor's documentation makes of these events. */
function accumulate(events: readonly JsonObject[]): JsonObject {
  let message: JsonObject = {}
  const blocks: { [field: string]: JsonObject[string] }[] = []
  const add = (position: number, field: string, text: JsonObject[string]): void => {
    const block = blocks[position]
    if (block !== undefined) block[field] = `${stringOf(block[field]) ?? ''}${stringOf(text) ?? ''}`
  }
  for (const event of events) {
    const delta = objectOf(event.delta)
    const position = numberOf(event.index) ?? -1
    if (event.type === 'message_start') message = objectOf(event.message)
    if (event.type === 'content_block_start') blocks[position] = { ...objectOf(event.content_block) }
    if (delta.type === 'text_delta') add(position, 'text', delta.text)
    if (delta.type === 'thinking_delta') add(position, 'thinking', delta.thinking)
    if (delta.type === 'signature_delta') add(position, 'signature', delta.signature)
    if (delta.type === 'input_json_delta') add(position, 'json', delta.partial_json)
    if (event.type === 'message_delta') message = { ...message, ...delta, usage: { ...objectOf(message.usage), ...objectOf(event.usage) } }
  }
  const content = blocks.map(({ json, ...block }) =>
    block.type === 'tool_use' ? { ...block, input: parseObject(stringOf(json) || '{}') } : block,
  )
  return { ...message, content }
}

function summaryOfMessage(message: JsonObject): object {
  const blocks = objectsOf(message.content)
  const usage = objectOf(message.usage)
  const count = (field: string): number => numberOf(usage[field]) ?? 0
  const thinking = numberOf(objectOf(usage.output_tokens_details).thinking_tokens)
  return {
    id: message.id,
    model: message.model,
    text: blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(''),
    thinking: blocks.flatMap((block) => (block.type === 'thinking' ? [[block.thinking, block.signature, undefined]] : [])),
    calls: blocks.flatMap((block) => (block.type === 'tool_use' ? [[block.id, block.name, JSON.stringify(block.input)]] : [])),
    finish: FINISH[stringOf(message.stop_reason) ?? ''],
    usage: {
      input: count('input_tokens') + count('cache_read_input_tokens') + count('cache_creation_input_tokens'),
      cachedInput: count('cache_read_input_tokens'),
      cacheWrite: count('cache_creation_input_tokens'),
      output: count('output_tokens'),
      ...(thinking !== undefined && { reasoning: thinking }),
    },
  }
}

function summaryOfEvents(events: readonly ChatEvent[]): object {
  const start = eventsOf(events, 'start')[0]
  const thinking = eventsOf(events, 'reasoning-delta').map((event) => event.text)
  const calls = eventsOf(events, 'tool-call-start').map(({ call, id, name }) => {
    const pieces = eventsOf(events, 'tool-call-delta').filter((delta) => delta.call === call)
    return [id, name, JSON.stringify(parseObject(pieces.map((piece) => piece.arguments).join('')))]
  })
  return {
    id: start?.id,
    model: start?.model,
    text: eventsOf(events, 'text-delta')
      .map((event) => event.text)
      .join(''),
    thinking: eventsOf(events, 'reasoning-signature').map(({ signature, encrypted }) => [thinking.join(''), signature, encrypted]),
    calls,
    finish: eventsOf(events, 'finish')[0]?.reason,
    usage: tokensOf(eventsOf(events, 'usage').reduce((sum: Usage, event) => mergeUsage(sum, event.usage), {})),
  }
}

function eventsOf<Type extends ChatEvent['type']>(events: readonly ChatEvent[], type: Type): readonly Extract<ChatEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<ChatEvent, { type: Type }> => event.type === type)
}

function tokensOf(usage: Usage): object {
  return Object.fromEntries(Object.entries(usage).map(([tokenClass, figure]) => [tokenClass, figure.tokens]))
}

function withoutNulls(object: JsonObject): JsonObject {
  const usage = restOf(objectOf(object.usage), new Set())
  return restOf({ ...object, usage }, new Set()) ?? {}
}

/** A request in the one form among those that say the same: texts as blocks, nulls and `stream: false` left out, as few turns as can be. */
function meaningOf(body: JsonObject): JsonObject {
  const blocksOf = (content: JsonObject[string]): readonly JsonObject[] => {
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : objectsOf(content)
    return blocks.map((block) => (block.type === 'tool_result' ? { ...block, content: blocksOf(block.content) } : block))
  }
  const turns: { role: JsonObject[string]; content: readonly JsonObject[] }[] = []
  for (const message of objectsOf(body.messages)) {
    const last = turns.at(-1)
    if (last !== undefined && last.role === message.role) last.content = [...last.content, ...blocksOf(message.content)]
    else turns.push({ role: message.role, content: blocksOf(message.content) })
  }
  const { output_format: former, output_config: config, ...rest } = body
  const outputConfig = former === undefined ? config : { ...objectOf(config), format: former }
  const system = body.system === undefined ? undefined : blocksOf(body.system)
  const fields = { ...rest, output_config: outputConfig, system, stream: body.stream || undefined, messages: turns }
  return restOf(fields, new Set()) ?? {}
}
