import { GatewayError, mergeUsage, usageFrom } from '@gateway/core'
import type { ChatEvent, Json, JsonObject, Usage } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { parseObject } from '../json-fields.ts'
import { gemini } from './index.ts'

describe('a read stream', () => {
  it('says finish once and last, where a model repeats STOP on every chunk', () => {
    const { events } = readAll([chunk('He', 'STOP'), chunk('llo', 'STOP')])
    expect(events).toEqual([
      { type: 'start', id: 'r', model: 'm' },
      { type: 'text-delta', choice: 0, text: 'He' },
      { type: 'text-delta', choice: 0, text: 'llo' },
      { type: 'finish', choice: 0, reason: 'stop' },
      { type: 'end' },
    ])
  })

  it('is truncated where one of two candidates has not finished', () => {
    const first = chunk('a', 'STOP')
    const second = { candidates: [{ index: 1, content: { parts: [{ text: 'b' }] } }] }
    expect(readAll([first, second]).events.at(-1)).toMatchObject({ type: 'error', failure: { reason: 'truncated-stream' } })
  })

  it.each([[''], ['\n\n'], [': ping\n\n']])('of %j is truncated', (text) => {
    expect(readText(text).events).toMatchObject([{ type: 'error', failure: { reason: 'truncated-stream', retryable: true } }])
  })

  it('keeps a signature with the text and the call that it came with', () => {
    const parts = [
      { text: '', thoughtSignature: 's1' },
      { functionCall: { name: 'f' }, thoughtSignature: 's2' },
      { functionCall: { id: 'x', name: 'g', args: { a: 1 } } },
    ]
    const { events } = readAll([{ responseId: 'r', candidates: [{ content: { parts }, finishReason: 'STOP' }] }])
    expect(events.slice(1, -1)).toEqual([
      { type: 'text-delta', choice: 0, text: '', extras: { gemini: { thoughtSignature: 's1' } } },
      { type: 'tool-call-start', choice: 0, call: 0, id: 'r-0-0', name: 'f', signature: 's2' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{}' },
      { type: 'tool-call-start', choice: 0, call: 1, id: 'x', name: 'g' },
      { type: 'tool-call-delta', choice: 0, call: 1, arguments: '{"a":1}' },
      { type: 'finish', choice: 0, reason: 'tool-calls' },
    ])
  })

  it('takes a blocked prompt for an answer that a filter has ended', () => {
    const promptFeedback = { blockReason: 'PROHIBITED_CONTENT' }
    const { events } = readAll([{ promptFeedback, usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 }, modelVersion: 'm' }])
    expect(events.slice(-3)).toEqual([
      { type: 'usage', usage: usageFrom({ input: 4 }, 'provider') },
      { type: 'finish', choice: 0, reason: 'content-filter', extras: { gemini: { promptFeedback } } },
      { type: 'end' },
    ])
    expect(chunksOf(events).at(-1)).toMatchObject({ promptFeedback })
    expect(chunksOf(events).at(-1)).not.toHaveProperty('candidates')
  })

  it('gathers grounding and the exact reason for its end', () => {
    const end = { candidates: [{ finishReason: 'RECITATION', citationMetadata: { citationSources: [] } }] }
    const grounded = { candidates: [{ content: { parts: [{ text: 'a' }] }, groundingMetadata: { a: 1 } }] }
    expect(readAll([grounded, end]).events.at(-2)).toEqual({
      type: 'finish',
      choice: 0,
      reason: 'content-filter',
      extras: { gemini: { groundingMetadata: { a: 1 }, citationMetadata: { citationSources: [] }, finishReason: 'RECITATION' } },
    })
  })

  it.each([
    ['an array', JSON.stringify([{ error: { code: 429, message: 'Slow down', status: 'RESOURCE_EXHAUSTED' } }]), 'rate-limited'],
    ['an object', JSON.stringify({ error: { code: 500, message: 'Internal', status: 'INTERNAL' } }), 'error-in-reply'],
    ['a frame', 'data: {"error":{"status":"UNAVAILABLE","message":"Overloaded"}}\n\n', 'overloaded'],
    ['a page', '<html>Bad gateway</html>', 'malformed-reply'],
    ['nonsense in a frame', 'data: {"candidates":[{"content":{"parts":[{"functionCall":7}]}}]}\n\n', 'malformed-reply'],
  ])('that is an error in %s ends in an error, and passes nothing', (_, text, reason) => {
    const { passed, events } = readText(text)
    expect(events).toMatchObject([{ type: 'error', failure: { reason } }])
    expect(passed).toBe('')
  })

  it('reads the JSON array of a server that was not asked for events, and passes it as events', () => {
    const { passed, events } = readText(JSON.stringify([chunk('He'), chunk('llo', 'STOP')], null, 2))
    expect(events.map(({ type }) => type)).toEqual(['start', 'text-delta', 'text-delta', 'finish', 'end'])
    expect(passed).toBe([chunk('He'), chunk('llo', 'STOP')].map((value) => `data: ${JSON.stringify(value)}\r\n\r\n`).join(''))
  })

  it('keeps [DONE] from clients that cannot read it', () => {
    const { passed, events } = readText(`${frame(chunk('Hi', 'STOP'))}data: [DONE]\n\n`)
    expect(passed).toBe(frame(chunk('Hi', 'STOP')))
    expect(events.at(-1)).toEqual({ type: 'end' })
  })

  it('refuses a frame that is larger than may be held', () => {
    const reader = gemini.readStream({ stripUsage: false })
    const line = new TextEncoder().encode(`data: ${'x'.repeat(4 * 1024 * 1024)}`)
    const events = Array.from({ length: 9 }, () => reader.read(line).events).flat()
    expect(events).toMatchObject([{ type: 'error', failure: { reason: 'reply-too-large' } }])
  })
})

describe('usage', () => {
  it.each<[string, JsonObject, Record<string, number>]>([
    [
      'includes cached tokens',
      { promptTokenCount: 100, cachedContentTokenCount: 80, candidatesTokenCount: 5 },
      { input: 100, cachedInput: 80, output: 5 },
    ],
    [
      'leaves thoughts out of candidates',
      { promptTokenCount: 10, candidatesTokenCount: 5, thoughtsTokenCount: 7 },
      { input: 10, output: 12, reasoning: 7 },
    ],
    [
      'leaves built-in tools out of the prompt',
      { promptTokenCount: 13, toolUsePromptTokenCount: 289, candidatesTokenCount: 194 },
      { input: 302, output: 194 },
    ],
    ['knows thoughts without an answer', { promptTokenCount: 17, thoughtsTokenCount: 19 }, { input: 17, output: 19, reasoning: 19 }],
    ['is unknown where nothing is said', { totalTokenCount: 5, promptTokenCount: null }, {}],
    [
      'tells sounds and pictures',
      {
        promptTokenCount: 300,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 10 },
          { modality: 'IMAGE', tokenCount: 258 },
          { modality: 'AUDIO', tokenCount: 32 },
        ],
        candidatesTokenCount: 1290,
        candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
      },
      { input: 300, inputImage: 258, inputAudio: 32, output: 1290, outputImage: 1290 },
    ],
  ])('%s', (_, usageMetadata, expected) => {
    const { usage } = gemini.readReply({ candidates: [{ content: { parts: [{ text: 'a' }] }, finishReason: 'STOP' }], usageMetadata })
    expect(counts(usage)).toEqual(expected)
  })

  it('is cumulative: it grows with every chunk, and is counted once', () => {
    const steps = [3, 9, 12].map((candidatesTokenCount, index) => ({
      ...chunk('a', index === 2 ? 'STOP' : undefined),
      usageMetadata: { promptTokenCount: 4, candidatesTokenCount, thoughtsTokenCount: 2 },
    }))
    expect(counts(usageIn(readAll(steps).events))).toEqual({ input: 4, output: 14, reasoning: 2 })
  })

  it('is what the last chunk says where a built-in tool has begun the counting anew', () => {
    const tool = {
      ...chunk('', undefined),
      candidates: [{ content: { parts: [{ executableCode: { code: '1' } }] } }],
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 50 },
    }
    const end = { ...chunk('a', 'STOP'), usageMetadata: { promptTokenCount: 20, candidatesTokenCount: 30 } }
    expect(counts(usageIn(readAll([tool, end]).events))).toEqual({ input: 20, output: 30 })
  })
})

describe('a written stream', () => {
  it('gives calls whole, in their order, however their arguments come', () => {
    const events: readonly ChatEvent[] = [
      { type: 'start', id: 'r', model: 'm' },
      { type: 'text-delta', choice: 0, text: '' },
      { type: 'tool-call-start', choice: 0, call: 0, id: '1', name: 'f' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{"a"' },
      { type: 'tool-call-start', choice: 0, call: 1, id: '2', name: 'g' },
      { type: 'tool-call-delta', choice: 0, call: 1, arguments: '{}' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: ':1}' },
      { type: 'finish', choice: 0, reason: 'tool-calls' },
      { type: 'usage', usage: usageFrom({ input: 1, output: 2 }, 'provider') },
      { type: 'end' },
    ]
    expect(chunksOf(events)).toEqual([
      {
        candidates: [
          {
            content: {
              parts: [{ functionCall: { id: '1', name: 'f', args: { a: 1 } } }, { functionCall: { id: '2', name: 'g', args: {} } }],
              role: 'model',
            },
            finishReason: 'STOP',
            index: 0,
          },
        ],
        usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 },
        modelVersion: 'm',
        responseId: 'r',
      },
    ])
  })

  it('keeps a call before the text that follows it', () => {
    const events: readonly ChatEvent[] = [
      { type: 'tool-call-start', choice: 0, call: 0, id: '1', name: 'f' },
      { type: 'text-delta', choice: 0, text: 'Done.' },
      { type: 'finish', choice: 0, reason: 'stop' },
      { type: 'end' },
    ]
    expect(chunksOf(events)[0]).toMatchObject({
      candidates: [{ content: { parts: [{ functionCall: { name: 'f' } }, { text: 'Done.' }] } }],
    })
  })

  it('gives a client to keep what binds a thought to another vendor', () => {
    const writer = gemini.writeStream({ wantsUsage: false })
    const written = writer.write({ type: 'reasoning-signature', choice: 0, signature: 'claude' })
    const thoughtSignature = btoa('gateway.thought:{"signature":"claude"}')
    expect(parseObject(written.slice('data: '.length))).toMatchObject({
      candidates: [{ content: { parts: [{ text: '', thought: true, thoughtSignature }] } }],
    })
  })

  it('says nothing of what only another vendor knows, and ends a failure without a finish', () => {
    const writer = gemini.writeStream({ wantsUsage: false })
    expect(writer.write({ type: 'opaque-delta', choice: 0, protocol: 'x', value: { a: 1 } })).toBe('')
    const failed = writer.fail(new GatewayError('stream-interrupted', 'The stream broke off.'), 502)
    expect(failed).toMatch(/^data: \{"error":\{"code":502,"message":"The stream broke off\.","status":"UNAVAILABLE".*\}\r\n\r\n$/)
    expect(failed).not.toContain('finishReason')
  })
})

function chunk(text: string, finishReason?: string): JsonObject {
  return {
    candidates: [{ content: { parts: [{ text }], role: 'model' }, ...(finishReason && { finishReason }) }],
    modelVersion: 'm',
    responseId: 'r',
  }
}

function frame(value: Json): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

function readAll(chunks: readonly JsonObject[]): ReturnType<typeof readText> {
  return readText(chunks.map(frame).join(''))
}

function readText(text: string): { readonly passed: string; readonly events: readonly ChatEvent[] } {
  const reader = gemini.readStream({ stripUsage: false })
  const parts = [reader.read(new TextEncoder().encode(text)), reader.end()]
  return { passed: parts.map(({ bytes }) => new TextDecoder().decode(bytes)).join(''), events: parts.flatMap(({ events }) => events) }
}

function chunksOf(events: readonly ChatEvent[]): readonly unknown[] {
  const writer = gemini.writeStream({ wantsUsage: true })
  const text = events.map((event) => writer.write(event)).join('')
  return text
    .split('\r\n\r\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line.slice('data: '.length)))
}

function usageIn(events: readonly ChatEvent[]): Usage {
  return events.reduce<Usage>((usage, event) => (event.type === 'usage' ? mergeUsage(usage, event.usage) : usage), {})
}

function counts(usage: Usage): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(usage).map(([tokenClass, figure]) => [tokenClass, figure.tokens]))
}
