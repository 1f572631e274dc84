import { readFileSync } from 'node:fs'
import { GatewayError } from '@gateway/core'
import type { ChatEvent, JsonObject, Usage } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { isJsonArray, numberOf, objectOf, objectsOf, parseObject, stringOf } from '../json-fields.ts'
import { openaiCompletions } from './index.ts'

const folder = new URL('__fixtures__/', import.meta.url)
const recordings = objectsOf(bodyOf('index.json').entries).map((entry) => ({
  id: stringOf(entry.id) ?? '',
  request: stringOf(entry.request) ?? '',
  response: stringOf(entry.response) ?? '',
}))
const streams = recordings.filter(({ response }) => response.endsWith('.sse'))
const replies = recordings.filter(({ response }) => !response.endsWith('.sse'))
const sayable = recordings.filter(({ request }) => !isJsonArray(bodyOf(request).prompt))
const unsayable = recordings.filter(({ request }) => isJsonArray(bodyOf(request).prompt))

describe('recorded streams', () => {
  it.each(streams)('$id says the same in one piece, in pieces of 7 bytes and of 1, and passes byte for byte', ({ response }) => {
    const bytes = bytesOf(response)
    const whole = readStream(bytes, bytes.length)
    expect(readStream(bytes, 7)).toEqual(whole)
    expect(readStream(bytes, 1)).toEqual(whole)
    expect(whole.passed).toBe(latin1(bytes))
    expect(whole.events.at(-1)).toEqual({ type: 'end' })
  })

  it.each(streams)('$id says what a plain reading of its JSON finds', ({ response }) => {
    const chunks = chunksOf(readFileSync(new URL(response, folder), 'utf8'))
    const choices = chunks.flatMap((chunk) => objectsOf(chunk.choices))
    const { events } = readStream(bytesOf(response), 7)
    expect(textOf(events)).toBe(choices.map((choice) => choice.text).join(''))
    expect(events.find((event) => event.type === 'finish')).toMatchObject({ reason: choices.at(-1)?.finish_reason })
    const counted = chunks.map((chunk) => objectOf(chunk.usage)).find((usage) => usage.prompt_tokens !== undefined)
    const usage = events.find((event) => event.type === 'usage')?.usage
    expect([usage?.input?.tokens, usage?.output?.tokens]).toEqual([counted?.prompt_tokens, counted?.completion_tokens])
    expect(usage?.cachedInput?.tokens).toBe(objectOf(counted?.prompt_tokens_details).cached_tokens)
  })

  it.each(streams)('$id ends in an error where its last chunks are missing, never in an end', ({ response }) => {
    const text = readFileSync(new URL(response, folder), 'utf8')
    const { events } = readStream(new TextEncoder().encode(`${text.slice(0, text.length / 2)}\n\ndata: [DONE]\n\n`), 7)
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { retryable: true } })
  })

  it.each(streams)('$id survives being read, written and read again', ({ response }) => {
    const { events } = readStream(bytesOf(response), 7)
    const writer = openaiCompletions.writeStream({ wantsUsage: true })
    const again = readStream(new TextEncoder().encode(events.map((event) => writer.write(event)).join('')), 7).events
    expect(again.filter(({ type }) => type !== 'usage')).toEqual(events.filter(({ type }) => type !== 'usage'))
    expect(again.filter(({ type }) => type === 'usage')).toEqual(events.filter(({ type }) => type === 'usage'))
  })
})

describe('recorded answers', () => {
  it.each(replies)('$id says what a plain reading of its JSON finds', ({ response }) => {
    const body = bodyOf(response)
    const reply = openaiCompletions.readReply(body)
    expect(reply).toMatchObject({ id: body.id, model: body.model, created: body.created })
    expect(reply.choices.map(({ index, content, finishReason }) => [index, content, finishReason])).toEqual(
      objectsOf(body.choices).map((choice) => [choice.index, [{ type: 'text', text: choice.text }], choice.finish_reason]),
    )
    expect(countsOf(reply.usage)).toEqual([objectOf(body.usage).prompt_tokens, objectOf(body.usage).completion_tokens])
  })

  it.each(replies)('$id comes out as it went in', ({ response }) => {
    const written = openaiCompletions.writeReply(openaiCompletions.readReply(bodyOf(response)))
    expect(written).toEqual({ value: bodyOf(response), warnings: [] })
  })
})

describe('recorded requests', () => {
  it.each(sayable)('$id comes out as it went in', ({ request }) => {
    const { stop, ...rest } = bodyOf(request)
    const written = openaiCompletions.writeRequest(openaiCompletions.readRequest(bodyOf(request)))
    expect(written).toEqual({ value: { ...rest, ...(stop !== null && stop !== undefined && { stop }) }, warnings: [] })
  })

  it.each(unsayable)('$id can only go to a server of completions, and passes to it untouched', ({ request }) => {
    const text = readFileSync(new URL(request, folder), 'utf8')
    const wire = { protocol: 'openai-completions', bytes: bytesOf(request), text, json: bodyOf(request) }
    const opened = openaiCompletions.openRequest(wire)
    expect(opened.size.choiceCount).toBe((numberOf(wire.json.n) ?? 1) * 2)
    expect(openaiCompletions.passRequest(wire, { model: opened.model, canAskForUsage: true })).toBe(wire.bytes)
    expect(() => opened.chat()).toThrow(GatewayError)
    expect(() => opened.chat()).toThrow(expect.objectContaining({ code: 'invalid-request', param: 'prompt' }))
  })
})

function bytesOf(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(name, folder)))
}

function bodyOf(name: string): JsonObject {
  return parseObject(readFileSync(new URL(name, folder), 'utf8')) ?? {}
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes)
}

function chunksOf(text: string): readonly JsonObject[] {
  const lines = text.split('\n').filter((line) => line.startsWith('data: {'))
  return lines.map((line) => parseObject(line.slice(6)) ?? {})
}

function readStream(bytes: Uint8Array, size: number): { readonly passed: string; readonly events: readonly ChatEvent[] } {
  const reader = openaiCompletions.readStream({ stripUsage: false })
  const parts = []
  for (let start = 0; start < bytes.length; start += size) parts.push(reader.read(bytes.slice(start, start + size)))
  parts.push(reader.end())
  return { passed: parts.map((part) => latin1(part.bytes)).join(''), events: parts.flatMap((part) => part.events) }
}

function textOf(events: readonly ChatEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')
}

function countsOf(usage: Usage): readonly unknown[] {
  return [usage.input?.tokens, usage.output?.tokens]
}
