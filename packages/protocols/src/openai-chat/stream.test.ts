import type { ChatEvent, UpstreamFailure } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { openaiChat } from './index.ts'
import { readStream } from './stream.ts'

const DONE = 'data: [DONE]\n\n'
const TRUNCATED = { scope: 'endpoint', reason: 'truncated-stream', retryable: true }

describe('content', () => {
  it('is nothing while there is only a role and empty text', () => {
    const { events } = read(
      chunk({ role: 'assistant', content: '', refusal: null }) + chunk({ content: '' }) + chunk({ reasoning_content: '' }),
    )
    expect(events.map((event) => event.type)).toEqual(['start', 'error'])
  })

  it('is text, refusal and reasoning under any of its names, in the order in which it came', () => {
    const said = saidBy([{ reasoning: 'a' }, { reasoning_content: 'b' }, { content: 'c' }, { refusal: 'd' }])
    expect(said).toEqual([
      { type: 'reasoning-delta', choice: 0, text: 'a' },
      { type: 'reasoning-delta', choice: 0, text: 'b' },
      { type: 'text-delta', choice: 0, text: 'c' },
      { type: 'refusal-delta', choice: 0, text: 'd' },
    ])
  })

  it('is read from the parts of Mistral', () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'a' }] },
      { type: 'text', text: 'b' },
    ]
    expect(saidBy([{ content }]).map((event) => event.type)).toEqual(['reasoning-delta', 'text-delta'])
  })

  it('keeps its log probabilities', () => {
    const frame = data({ id: 'x', choices: [{ index: 0, delta: { content: 'a' }, logprobs: { content: [] }, finish_reason: 'stop' }] })
    expect(read(frame + DONE).events).toContainEqual({ type: 'text-delta', choice: 0, text: 'a', logprobs: { content: [] } })
  })

  it('may contain what looks like the end of a stream', () => {
    const text = '\n\ndata: [DONE]\n\nevent: error\r\r\uFEFF\u0000'
    const { events, passed } = read(chunk({ content: text }) + finish() + DONE)
    expect(events).toContainEqual({ type: 'text-delta', choice: 0, text })
    expect(passed.endsWith(finish() + DONE)).toBe(true)
  })

  it('of several choices is kept apart', () => {
    const { events } = read(chunk({ content: 'a' }, 1) + chunk({ content: 'b' }, 0) + finish('stop', 0) + finish('length', 1) + DONE)
    expect(events.slice(1)).toEqual([
      { type: 'text-delta', choice: 1, text: 'a' },
      { type: 'text-delta', choice: 0, text: 'b' },
      { type: 'finish', choice: 0, reason: 'stop' },
      { type: 'finish', choice: 1, reason: 'length' },
      { type: 'end' },
    ])
  })

  it('survives bad UTF-8 with one mark for the bad byte', () => {
    const [before, after] = chunk({ content: 'aXb' }).split('X')
    const bytes = new Uint8Array([...encode(before ?? ''), 0xff, ...encode(after ?? ''), ...encode(finish() + DONE)])
    const reader = openaiChat.readStream({ stripUsage: false })
    const part = reader.read(bytes)
    expect(part.events).toContainEqual({ type: 'text-delta', choice: 0, text: 'a\uFFFDb' })
    expect(part.bytes).toEqual(bytes)
  })
})

describe('tool calls', () => {
  it.each([
    [
      'start at 1',
      [call(1, { id: 'a', name: 'f', arguments: '' }), call(1, { arguments: '{}' }), call(2, { id: 'b', name: 'g', arguments: '{}' })],
    ],
    [
      'have gaps',
      [call(0, { id: 'a', name: 'f', arguments: '{}' }), call(5, { id: 'b', name: 'g', arguments: '{' }), call(5, { arguments: '}' })],
    ],
    ['all have the index 0', [call(0, { id: 'a', name: 'f', arguments: '{}' }), call(0, { id: 'b', name: 'g', arguments: '{}' })]],
    ['have no index', [call(undefined, { id: 'a', name: 'f', arguments: '{}' }), call(undefined, { id: 'b', name: 'g', arguments: '{}' })]],
    [
      'repeat their id and name',
      [
        call(0, { id: 'a', name: 'f', arguments: '{' }),
        call(0, { id: 'a', name: 'f', arguments: '}' }),
        call(1, { id: 'b', name: 'g', arguments: '{}' }),
      ],
    ],
    [
      'repeat empty ids and names',
      [
        call(0, { id: 'a', name: 'f', arguments: '{' }),
        call(0, { id: '', name: '', arguments: '}' }),
        call(1, { id: 'b', name: 'g', arguments: '{}' }),
      ],
    ],
    [
      'come without their name first',
      [call(0, { id: 'a', arguments: '{' }), call(0, { name: 'f', arguments: '}' }), call(1, { id: 'b', name: 'g', arguments: '{}' })],
    ],
    [
      'are interleaved',
      [
        call(0, { id: 'a', name: 'f', arguments: '{' }),
        call(1, { id: 'b', name: 'g', arguments: '{' }),
        call(0, { arguments: '}' }),
        call(1, { arguments: '}' }),
      ],
    ],
  ])('are numbered from 0 where they %s', (_, deltas) => {
    expect(callsOf(saidBy(deltas))).toEqual([
      ['a', 'f', '{}'],
      ['b', 'g', '{}'],
    ])
  })

  it('without an id get one', () => {
    expect(callsOf(saidBy([call(undefined, { name: 'f', arguments: '{}' }), call(undefined, { name: 'g', arguments: '{}' })]))).toEqual([
      ['x-0-0', 'f', '{}'],
      ['x-0-1', 'g', '{}'],
    ])
  })

  it('of old have one too', () => {
    const deltas = [{ function_call: { name: 'f', arguments: '' } }, { function_call: { arguments: '{}' } }]
    expect(callsOf(saidBy(deltas))).toEqual([['x-0-0', 'f', '{}']])
  })

  it('of custom tools are named so', () => {
    const deltas = [
      { tool_calls: [{ index: 0, id: 'a', type: 'custom', custom: { name: 'sh', input: '' } }] },
      { tool_calls: [{ index: 0, custom: { input: 'ls' } }] },
    ]
    expect(saidBy(deltas)).toEqual([
      { type: 'tool-call-start', choice: 0, call: 0, id: 'a', name: 'sh', kind: 'custom' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: 'ls' },
    ])
  })
})

describe('usage', () => {
  const counts = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }
  const alone = data({ id: 'x', choices: [], usage: counts })
  const riding = data({ id: 'x', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: counts })

  it('is taken out of the bytes where the client did not ask', () => {
    expect(read(chunk({ content: 'a' }) + finish() + alone + DONE, { stripUsage: true }).passed).toBe(
      chunk({ content: 'a' }) + finish() + DONE,
    )
  })

  it('is taken out of a chunk that says more', () => {
    const { passed } = read(chunk({ content: 'a' }) + riding + DONE, { stripUsage: true })
    expect(passed).toBe(`${chunk({ content: 'a' })}${data({ id: 'x', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}${DONE}`)
  })

  it('stays where it is null', () => {
    const stream = data({ id: 'x', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null }) + DONE
    expect(read(stream, { stripUsage: true }).passed).toBe(stream)
  })

  it('stays where the client asked', () => {
    expect(read(riding + alone + DONE).passed).toBe(riding + alone + DONE)
  })

  it('is read in full', () => {
    const usage = {
      prompt_tokens: 50,
      completion_tokens: 20,
      total_tokens: 70,
      prompt_tokens_details: { cached_tokens: 8, audio_tokens: 3 },
      completion_tokens_details: { reasoning_tokens: 4, audio_tokens: 1 },
    }
    const { events } = read(finish() + data({ id: 'x', choices: [], usage }) + DONE)
    expect(tokensOf(events)).toEqual({ input: 50, cachedInput: 8, output: 20, reasoning: 4, inputAudio: 3, outputAudio: 1 })
  })

  it.each([
    ["DeepSeek's cache", { usage: { ...counts, prompt_cache_hit_tokens: 3 } }, { input: 5, cachedInput: 3, output: 2 }],
    ["Groq's own place", { x_groq: { usage: counts } }, { input: 5, output: 2 }],
    [
      'reasoning beside the output',
      { usage: { ...counts, total_tokens: 17, completion_tokens_details: { reasoning_tokens: 10 } } },
      { input: 5, output: 12, reasoning: 10 },
    ],
    [
      'reasoning within the output',
      { usage: { ...counts, completion_tokens_details: { reasoning_tokens: 1 } } },
      { input: 5, output: 2, reasoning: 1 },
    ],
    ['a total that explains nothing', { usage: { ...counts, total_tokens: 99, prompt_tokens_details: {} } }, { input: 5, output: 2 }],
  ])('is read from %s', (_, fields, expected) => {
    expect(tokensOf(read(finish() + data({ id: 'x', choices: [], ...fields }) + DONE).events)).toEqual(expected)
  })

  it('after which zeros come is told twice, for the larger to win', () => {
    const zeros = data({
      id: 'x',
      choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
      usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    })
    const { events } = read(riding + zeros + DONE)
    expect(events.map((event) => event.type)).toEqual(['start', 'finish', 'usage', 'usage', 'end'])
  })
})

describe('the end', () => {
  const complete = chunk({ content: 'a' }) + finish()

  it('comes once, and nothing passes after it', () => {
    const { events, passed } = read(complete + DONE + chunk({ content: 'late' }) + DONE)
    expect(passed).toBe(complete + DONE)
    expect(events.map((event) => event.type)).toEqual(['start', 'text-delta', 'finish', 'end'])
  })

  it('is given where only [DONE] is missing', () => {
    const { events, passed } = read(complete)
    expect(passed).toBe(complete + DONE)
    expect(events.at(-1)).toEqual({ type: 'end' })
  })

  it.each(['data: [DONE]', 'data: [DONE]\n', 'data: [DONE]\r\n', 'data: [DONE]\r\r', 'data:[DONE]\r\n\r'])('is seen in %j', (last) => {
    const { events, passed } = read(complete + last)
    expect(events.at(-1)).toEqual({ type: 'end' })
    expect(passed.startsWith(complete + last)).toBe(true)
    expect(passed).toMatch(/\[DONE\][\r\n]{2,}$/)
  })

  it('takes a last chunk that only lacks its blank line', () => {
    const { events, passed } = read(complete.trimEnd())
    expect(events.map((event) => event.type)).toEqual(['start', 'text-delta', 'finish', 'end'])
    expect(passed).toBe(complete + DONE)
  })

  it('forgets half a chunk after the finish', () => {
    expect(read(`${complete}data: {"id":"x","choices":[],"usa`).passed).toBe(complete + DONE)
  })

  it.each([
    ['nothing', ''],
    ['comments', ': OPENROUTER PROCESSING\n\n'],
    ['half a field', 'dat'],
    ['half a chunk', chunk({ content: 'a' }) + chunk({ content: 'b' }).slice(0, 30)],
    ['no finish reason', chunk({ content: 'a' })],
    ['a finish reason for one of two choices', chunk({ content: 'a' }, 0) + chunk({ content: 'b' }, 1) + finish('stop', 0)],
    [
      "Ollama's last words after its runner was killed",
      data({ id: 'chatcmpl-1', model: '', choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }),
    ],
    ['[DONE] without a finish reason', chunk({ content: 'a' }) + DONE],
    ['[DONE] alone', DONE],
  ])('is an error after %s', (_, stream) => {
    const { events, passed } = read(stream)
    expect(failureOf(events)).toMatchObject(TRUNCATED)
    expect(passed).not.toContain('[DONE]')
  })

  it('is not told twice', () => {
    const reader = openaiChat.readStream({ stripUsage: false })
    reader.read(encode(complete + DONE))
    expect(reader.end()).toEqual({ bytes: new Uint8Array(0), events: [] })
    expect(reader.read(encode(complete)).events).toEqual([])
  })

  it('tells one finish for a choice that has several', () => {
    const { events } = read(chunk({ content: 'a' }) + finish('tool_calls') + finish('tool_calls') + finish('stop') + DONE)
    expect(events.filter((event) => event.type === 'finish')).toEqual([{ type: 'finish', choice: 0, reason: 'tool-calls' }])
  })

  it('keeps a reason that nobody knows', () => {
    expect(read(finish('tired') + DONE).events).toContainEqual({
      type: 'finish',
      choice: 0,
      reason: 'other',
      extras: { 'openai-chat': { finish_reason: 'tired' } },
    })
  })
})

describe('errors', () => {
  const before = chunk({ content: 'a' })

  it.each([
    [
      'OpenAI',
      data({ error: { message: 'The server had an error', type: 'server_error', param: null, code: null } }),
      { scope: 'endpoint', reason: 'error-in-reply', retryable: true },
    ],
    [
      'OpenRouter, beside choices',
      data({
        id: 'x',
        error: { code: 502, message: 'Provider disconnected' },
        choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
      }),
      { scope: 'endpoint', reason: 'error-in-reply', status: 502 },
    ],
    [
      'OpenRouter, with a rate limit',
      data({ id: 'x', error: { code: 429, message: 'Slow down' }, choices: [] }),
      { scope: 'credential', reason: 'rate-limited', retryable: true, status: 429 },
    ],
    ['OpenRouter, with nothing but a reason', finish('error'), { scope: 'endpoint', reason: 'error-in-reply' }],
    [
      'OpenRouter, within a choice',
      data({ id: 'x', choices: [{ index: 0, error: { code: 429, message: 'Slow' } }] }),
      { scope: 'credential', reason: 'rate-limited' },
    ],
    [
      'Groq',
      `event: error\n${data({ error: { message: 'Bad call', type: 'invalid_request_error', code: 'tool_use_failed', status_code: 400 } })}`,
      { scope: 'endpoint', reason: 'error-in-reply' },
    ],
    [
      'an error event in other words',
      'event: error\ndata: overloaded\n\n',
      { scope: 'endpoint', reason: 'error-in-reply', detail: { message: 'overloaded' } },
    ],
    [
      'vLLM',
      data({ object: 'error', message: "This model's maximum context length is 8 tokens.", type: 'BadRequestError', code: 400 }),
      { scope: 'request', reason: 'context-too-long', retryable: false },
    ],
    ['Ollama', data({ error: 'llama runner process has terminated' }), { scope: 'endpoint', reason: 'error-in-reply', retryable: true }],
    [
      'Cloudflare',
      data({ success: false, errors: [{ message: 'Capacity', code: 3040 }] }),
      { scope: 'endpoint', reason: 'error-in-reply' },
    ],
    [
      'an empty account',
      data({ error: { message: 'You exceeded your quota', type: 'insufficient_quota', code: 'insufficient_quota' } }),
      { scope: 'credential', reason: 'quota-exhausted', retryable: false },
    ],
    ['something that is not JSON', 'data: <html>\n\n', { scope: 'endpoint', reason: 'malformed-reply', retryable: true }],
    ['half a JSON', 'data: {"id":\n\n', { scope: 'endpoint', reason: 'malformed-reply' }],
    ['a number', 'data: 5\n\n', { scope: 'endpoint', reason: 'malformed-reply' }],
  ])('of %s end the stream, and their frame does not pass', (_, frame, failure) => {
    const { events, passed } = read(before + frame + chunk({ content: 'late' }) + finish() + DONE)
    expect(failureOf(events)).toMatchObject(failure)
    expect(events.map((event) => event.type)).toEqual(['start', 'text-delta', 'error'])
    expect(passed).toBe(before)
  })

  it.each([
    [
      'an error in JSON',
      '{"error":{"code":404,"message":"models/x is not found","status":"NOT_FOUND"}}',
      { scope: 'model', reason: 'model-not-found' },
    ],
    ['an error in an array', '[{\n  "error": {"code": 429, "message": "Slow"}\n}]\n', { scope: 'credential', reason: 'rate-limited' }],
    [
      'a whole answer',
      '{"id":"x","choices":[{"message":{"content":"a"},"finish_reason":"stop"}]}',
      { scope: 'endpoint', reason: 'malformed-reply' },
    ],
    ['a page', '<!doctype html>\n<title>502</title>\n', { scope: 'endpoint', reason: 'malformed-reply' }],
  ])('of a body that is %s are seen', (_, body, failure) => {
    const { events } = read(body)
    expect(events).toHaveLength(1)
    expect(failureOf(events)).toMatchObject(failure)
  })

  it('of a frame that is too large end the stream', () => {
    const reader = readStream({ stripUsage: false, maxFrameBytes: 1000 })
    const first = reader.read(encode(`${before}data: `))
    expect(first.events.map((event) => event.type)).toEqual(['start', 'text-delta'])
    const events = [...reader.read(encode('x'.repeat(1000))).events, ...reader.end().events]
    expect(failureOf(events)).toMatchObject({ scope: 'endpoint', reason: 'reply-too-large' })
    expect(events).toHaveLength(1)
  })

  it('are no errors where they are null', () => {
    expect(
      read(
        data({ id: 'x', error: null, choices: [{ index: 0, delta: { content: 'a' }, finish_reason: 'stop', error: null }] }) + DONE,
      ).events.at(-1),
    ).toEqual({ type: 'end' })
  })
})

describe('bytes', () => {
  it('are views of the piece where they can be', () => {
    const piece = encode(`: hello\n\n${chunk({ content: 'a' })}${finish()}${DONE}`)
    expect(openaiChat.readStream({ stripUsage: false }).read(piece).bytes.buffer).toBe(piece.buffer)
  })

  it('keep comments, ids and line ends of any kind', () => {
    const stream = `: ping\n\nid: 1\nretry: 5\n\n${chunk({ content: 'a' }).replaceAll('\n', '\r\n')}${finish().replaceAll('\n', '\r')}${DONE}`
    const { events, passed } = read(stream)
    expect(passed).toBe(stream)
    expect(events.at(-1)).toEqual({ type: 'end' })
  })

  it("begin with Azure's chunk without choices, which says nothing yet", () => {
    const azure = data({ id: '', model: '', choices: [], prompt_filter_results: [] })
    const { events, passed } = read(azure + chunk({ content: 'a' }) + finish() + DONE)
    expect(events[0]).toEqual({ type: 'start', id: 'x', model: 'm', created: 5 })
    expect(passed.startsWith(azure)).toBe(true)
  })
})

function data(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

function chunk(delta: object, index = 0): string {
  return data({ id: 'x', object: 'chat.completion.chunk', created: 5, model: 'm', choices: [{ index, delta, finish_reason: null }] })
}

function finish(reason = 'stop', index = 0): string {
  return data({ id: 'x', object: 'chat.completion.chunk', created: 5, model: 'm', choices: [{ index, delta: {}, finish_reason: reason }] })
}

/** A delta of one tool call. */
function call(index: number | undefined, { id, ...body }: { id?: string; name?: string; arguments: string }): object {
  return { tool_calls: [{ index, id, type: 'function', function: body }] }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Reads the stream in one piece, and makes sure that pieces of 7 bytes say the same. */
function read(stream: string, { stripUsage = false } = {}): { readonly passed: string; readonly events: readonly ChatEvent[] } {
  const bytes = encode(stream)
  const [whole, cut] = [bytes.length || 1, 7].map((size) => {
    const reader = openaiChat.readStream({ stripUsage })
    const parts = []
    for (let start = 0; start < bytes.length; start += size) parts.push(reader.read(bytes.slice(start, start + size)))
    parts.push(reader.end())
    return { passed: parts.map((part) => new TextDecoder().decode(part.bytes)).join(''), events: parts.flatMap((part) => part.events) }
  })
  expect(cut).toEqual(whole)
  return whole ?? { passed: '', events: [] }
}

/** What the deltas of one choice say, without the start and the end. */
function saidBy(deltas: readonly object[]): readonly ChatEvent[] {
  return read(deltas.map((delta) => chunk(delta)).join('') + finish() + DONE).events.slice(1, -2)
}

function callsOf(events: readonly ChatEvent[]): readonly unknown[] {
  const calls: string[][] = []
  for (const event of events) {
    if (event.type === 'tool-call-start') calls.push([event.id, event.name, ''])
    if (event.type === 'tool-call-delta')
      calls[event.call] = (calls[event.call] ?? []).with(2, `${calls[event.call]?.[2]}${event.arguments}`)
  }
  return calls
}

function failureOf(events: readonly ChatEvent[]): UpstreamFailure | undefined {
  const last = events.at(-1)
  return last?.type === 'error' ? last.failure : undefined
}

function tokensOf(events: readonly ChatEvent[]): Readonly<Record<string, number>> {
  const found = events.find((event) => event.type === 'usage')
  return Object.fromEntries(Object.entries(found?.usage ?? {}).map(([tokenClass, figure]) => [tokenClass, figure.tokens]))
}
