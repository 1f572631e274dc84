import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { allFaults, FAULTS } from './faults/fault.ts'
import type { Fault } from './faults/fault.ts'
import { rawPost } from './raw-exchange.ts'
import type { RawAnswer } from './raw-exchange.ts'
import { startUpstream } from './upstream.ts'
import type { Upstream } from './upstream.ts'

let upstream: Upstream

beforeAll(async () => {
  upstream = await startUpstream({ name: 'a' })
})

beforeEach(() => upstream.reset())

afterAll(() => upstream.close())

const tool = { type: 'function', function: { name: 'look', parameters: { type: 'object', properties: { at: { type: 'string' } } } } }

async function answer(fault: Fault, extra: Readonly<Record<string, unknown>> = {}): Promise<RawAnswer> {
  await upstream.behave(fault)
  const body = {
    model: 'sim-chat',
    messages: [{ role: 'user', content: 'hello there' }],
    stream_options: { include_usage: true },
    ...extra,
  }
  return rawPost({ port: upstream.port, path: '/v1/chat/completions' }, body)
}

const streamed = (fault: Fault, extra: Readonly<Record<string, unknown>> = {}): Promise<RawAnswer> =>
  answer(fault, { stream: true, ...extra })

const count = (text: string, part: string): number => text.split(part).length - 1

/** Ends as HTTP says it should: the last chunk, or as many bytes as announced. */
function isComplete(text: string): boolean {
  const announced = /content-length: (\d+)/i.exec(text)?.[1]
  if (announced !== undefined) return text.length - text.indexOf('\r\n\r\n') - 4 === Number(announced)
  return text.endsWith('0\r\n\r\n')
}

describe('connection faults on the wire', () => {
  it('refuse-connections closes the port, and reset opens it again', async () => {
    expect((await streamed('refuse-connections')).end).toBe('refused')
    await upstream.reset()
    expect((await rawPost({ port: upstream.port, path: '/v1/chat/completions' }, {})).text).toContain('400 Bad Request')
  })

  it.each([
    ['close-before-headers', 'fin'],
    ['reset-before-headers', 'reset'],
    ['headers-never', 'still-open'],
  ] as const)('%s sends not a byte and then: %s', async (fault, end) => {
    expect(await streamed(fault)).toMatchObject({ text: '', end })
  })
})

describe('status faults on the wire', () => {
  it.each(allFaults().filter((fault) => fault.startsWith('status-')))('%s answers that status with an error in JSON', async (fault) => {
    const { text } = await streamed(fault)
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${fault.slice('status-'.length)} `))
    expect(text).toMatch(/content-type: application\/json/i)
    expect(text).toContain('{"error":{"message":"')
  })

  it.each([
    ['rate-limited', /^(?!.*retry-after)/is],
    ['rate-limited-seconds', /\nretry-after: 2\r/i],
    ['rate-limited-date', /\nretry-after: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r/i],
    ['rate-limited-ms', /\nretry-after-ms: 1500\r/i],
    ['rate-limited-retry-info', /"retryDelay":"34\.4s"/],
    ['rate-limited-579', /\nretry-after: 579\r/i],
    ['rate-limited-absurd', /\nretry-after: 999999999999\r/i],
    ['rate-limited-nonsense', /\nretry-after: soon\r/i],
    ['insufficient-quota', /"code":"insufficient_quota"/],
  ] as const)('%s is a 429 that says so', async (fault, sign) => {
    const { text } = await streamed(fault)
    expect(text).toMatch(/^HTTP\/1.1 429 /)
    expect(text).toMatch(sign)
  })

  it('context-length-exceeded is a 400 with its code', async () => {
    const { text } = await streamed('context-length-exceeded')
    expect(text).toMatch(/^HTTP\/1.1 400 /)
    expect(text).toContain('"code":"context_length_exceeded"')
  })

  it('too-large-for-quota is Groq’s 413', async () => {
    const { text } = await streamed('too-large-for-quota')
    expect(text).toMatch(/^HTTP\/1.1 413 .*"code":"rate_limit_exceeded"/s)
  })

  it('not-found-as-event-stream is a 404 in JSON with the wrong name', async () => {
    const { text } = await streamed('not-found-as-event-stream')
    expect(text).toMatch(/^HTTP\/1.1 404 /)
    expect(text).toMatch(/content-type: text\/event-stream/i)
    expect(text).toContain('"code":"model_not_found"')
  })
})

describe('a 200 that is no answer, on the wire', () => {
  it('error-in-200 and error-first-event say nothing but an error', async () => {
    const inBody = await streamed('error-in-200')
    expect(inBody.text).toMatch(/^HTTP\/1.1 200 .*application\/json.*\r\n\r\n\{"error":/is)
    const inStream = await streamed('error-first-event')
    expect(inStream.text).toMatch(/^HTTP\/1.1 200 .*text\/event-stream.*data: \{"error":/is)
    expect(inStream.text).not.toContain('choices')
  })

  it('html-200, empty-200 and no-content-204 are what they are called', async () => {
    expect((await streamed('html-200')).text).toMatch(/^HTTP\/1.1 200 .*text\/html.*<!DOCTYPE html>/is)
    expect((await answer('empty-200')).text).toMatch(/^HTTP\/1.1 200 .*content-length: 0\r\n.*\r\n\r\n$/is)
    expect((await streamed('no-content-204')).text).toMatch(/^HTTP\/1.1 204 .*\r\n\r\n$/is)
  })

  it('cut-json ends cleanly inside the JSON', async () => {
    const inBody = await answer('cut-json')
    expect(isComplete(inBody.text)).toBe(true)
    expect(inBody.text).toContain('"model":"sim-chat"')
    expect(inBody.text).not.toContain('"total_tokens"')
    const inStream = await streamed('cut-json')
    expect(isComplete(inStream.text)).toBe(true)
    expect(inStream.text).toContain('data: {"id":"chatcmpl-cut","object":"chat.comp\r\n0\r\n')
  })

  it('empty-stream and empty-choices have no token', async () => {
    expect((await streamed('empty-stream')).text).toMatch(/\r\n\r\ne\r\ndata: \[DONE\]\n\n\r\n0\r\n\r\n$/)
    expect((await streamed('empty-choices')).text).not.toContain('delta')
    expect((await answer('empty-choices')).text).toContain('"choices":[]')
  })

  it('body-never stops after the headers, first-token-never after the role', async () => {
    const headers = await streamed('body-never')
    expect(headers.end).toBe('still-open')
    expect(headers.text).toMatch(/^HTTP\/1.1 200 .*\r\n\r\n$/is)
    const role = await streamed('first-token-never')
    expect(role.end).toBe('still-open')
    expect(count(role.text, 'data: ')).toBe(1)
    expect(role.text).toContain('"role":"assistant"')
  })

  it('reset-before-first-token resets after the role', async () => {
    const { text, end } = await streamed('reset-before-first-token')
    expect(end).toBe('reset')
    expect(count(text, 'data: ')).toBe(1)
  })
})

const CUT = ['stall-mid-stream', 'reset-mid-stream', 'hang-up-mid-stream', 'end-inside-chunk'] as const
const CLEAN_END = [
  'end-inside-event',
  'end-without-finish',
  'error-mid-stream',
  'error-event-mid-stream',
  'error-in-chunk-mid-stream',
  'runner-killed',
] as const

describe('mid-stream faults on the wire', () => {
  it.each([
    ['stall-mid-stream', 'still-open'],
    ['reset-mid-stream', 'reset'],
    ['hang-up-mid-stream', 'fin'],
    ['end-inside-chunk', 'fin'],
  ] as const)('%s sends three tokens and then: %s', async (fault, end) => {
    const answered = await streamed(fault)
    expect(answered.end).toBe(end)
    expect(count(answered.text, '"delta":{"content":')).toBe(3)
    expect(isComplete(answered.text)).toBe(false)
  })

  it.each(CLEAN_END)('%s ends cleanly, without finish_reason "stop" and without [DONE]', async (fault) => {
    const { text } = await streamed(fault)
    expect(isComplete(text)).toBe(true)
    expect(count(text, '"delta":{"content":"')).toBeGreaterThanOrEqual(3)
    expect(text).not.toContain('"finish_reason":"stop"')
    expect(text).not.toContain('[DONE]')
  })

  it('each error in mid-stream has its vendor’s shape', async () => {
    expect((await streamed('error-mid-stream')).text).toContain('data: {"error":{"message":')
    expect((await streamed('error-mid-stream-then-done')).text).toMatch(/data: \{"error":.*data: \[DONE\]/s)
    expect((await streamed('error-event-mid-stream')).text).toContain('event: error\ndata: {"error":')
    expect((await streamed('error-in-chunk-mid-stream')).text).toMatch(/"error":\{.*"finish_reason":"error"/)
    expect((await streamed('runner-killed')).text).toContain('"model":"","system_fingerprint":"fp_ollama"')
  })

  it.each([...CUT, ...CLEAN_END])('%s strikes before the first token where it is told to', async (fault) => {
    await upstream.behave({ fault, afterDeltas: 0 })
    const body = { model: 'sim-chat', messages: [{ role: 'user', content: 'hello' }], stream: true }
    const { text } = await rawPost({ port: upstream.port, path: '/v1/chat/completions' }, body)
    expect(text).toContain('"role":"assistant"')
    expect(text).not.toContain('Simulated answer')
  })

  it.each(CUT)('%s breaks a whole body off halfway', async (fault) => {
    const { text } = await answer(fault)
    expect(text).toContain('"model":"sim-chat"')
    expect(isComplete(text)).toBe(false)
  })
})

describe('quirks on the wire', () => {
  it('end-without-done finishes but does not say [DONE]', async () => {
    const { text } = await streamed('end-without-done')
    expect(text).toContain('"finish_reason":"stop"')
    expect(text).not.toContain('[DONE]')
  })

  it.each([true, false])('invalid-utf8 has a byte that is no UTF-8 (stream: %s)', async (stream) => {
    const { bytes } = await answer('invalid-utf8', { stream })
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow(TypeError)
    expect(new TextDecoder().decode(bytes)).toContain('\u{FFFD}imulated')
  })

  it('split-multibyte and seven-byte-pieces write in pieces what is whole', async () => {
    const split = await streamed('split-multibyte')
    expect(split.text).toMatch(/\u{E2}\r\n[\da-f]+\r\n\u{80}\u{94}/iu)
    const sevens = await streamed('seven-byte-pieces')
    expect(count(sevens.text, '\r\n7\r\n')).toBeGreaterThan(100)
    expect((await answer('split-multibyte')).text).toContain('"finish_reason":"stop"')
  })

  it('wrong-content-type names the other kind', async () => {
    expect((await streamed('wrong-content-type')).text).toMatch(/content-type: text\/plain.*data: \{/is)
    expect((await answer('wrong-content-type')).text).toMatch(/content-type: text\/event-stream.*\r\n\r\n\{/is)
  })

  it('crlf-lines and comments-first change the framing alone', async () => {
    expect((await streamed('crlf-lines')).text).toContain('data: [DONE]\r\n\r\n')
    expect((await streamed('comments-first')).text).toMatch(/\r\n\r\n([\da-f]+\r\n: OPENROUTER PROCESSING\n\n\r\n){12}[\da-f]+\r\ndata: /)
  })

  it('role-missing has no role, tool-index-from-one no index 0', async () => {
    expect((await streamed('role-missing')).text).not.toContain('"role"')
    const { text } = await streamed('tool-index-from-one', { tools: [tool] })
    expect(text).toContain('"tool_calls":[{"index":1,"id":')
    expect(text).toContain('"tool_calls":[{"index":2,"id":')
    expect(text).not.toContain('"tool_calls":[{"index":0')
  })

  it('duplicates and late chunks are there', async () => {
    expect(count((await streamed('duplicate-finish')).text, '"finish_reason":"stop"')).toBe(2)
    expect(count((await streamed('duplicate-usage')).text, '"choices":[],"usage":{')).toBe(2)
    expect((await streamed('zero-usage-second')).text).toMatch(/"prompt_tokens":5.*"prompt_tokens":0,"completion_tokens":0/s)
    expect((await streamed('chunk-after-done')).text).toMatch(/\[DONE\].*data: \{.*"content":"Simulated"/s)
  })

  it('usage rides where the quirk says', async () => {
    expect((await streamed('usage-with-finish')).text).toMatch(/"usage":\{[^\n]*"finish_reason":"stop"/)
    expect(count((await streamed('usage-on-every-chunk')).text, '"usage":{')).toBeGreaterThan(5)
  })

  it('id-changes gives every chunk its own id', async () => {
    const ids = [...(await streamed('id-changes')).text.matchAll(/"id":"(chatcmpl[^"]*)"/g)].map((match) => match[1])
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('the fault table', () => {
  it('says of every fault what a gateway owes for it', () => {
    const outcomes = allFaults().map((fault) => [FAULTS[fault].whole, FAULTS[fault].streamed])
    expect(outcomes).toHaveLength(69)
    expect(new Set(outcomes.flat())).toEqual(new Set(['answers', 'fails-over', 'refuses', 'breaks']))
    expect(outcomes.every(([whole]) => whole !== 'breaks')).toBe(true)
  })
})
