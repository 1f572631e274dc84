import Anthropic, { APIError } from '@anthropic-ai/sdk'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startUpstream } from '../upstream.ts'
import type { Upstream } from '../upstream.ts'

let upstream: Upstream
let client: Anthropic

beforeAll(async () => {
  upstream = await startUpstream({ api: 'anthropic', name: 'a', models: ['claude-sim', 'claude-other'], apiKey: 'right' })
  client = new Anthropic({ baseURL: upstream.url, apiKey: 'right', maxRetries: 0 })
})

beforeEach(() => upstream.reset())

afterAll(() => upstream.close())

type Params = Anthropic.MessageCreateParamsNonStreaming
const basic: Params = { model: 'claude-sim', max_tokens: 2000, messages: [{ role: 'user', content: 'one two three' }] }
const thinking = { type: 'enabled', budget_tokens: 1024 } as const
const tools: Anthropic.Tool[] = [
  { name: 'weather', input_schema: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } } } },
  { name: 'beep', input_schema: { type: 'object', properties: {} } },
]

const ask = (extra: Partial<Params> = {}): Promise<Anthropic.Message> => client.messages.create({ ...basic, ...extra })
const stream = (extra: Partial<Params> = {}): Promise<Anthropic.Message> => client.messages.stream({ ...basic, ...extra }).finalMessage()

/** The error of a call that must fail. */
async function failure(work: Promise<unknown>): Promise<APIError> {
  const error: unknown = await work.then(
    () => new Error('it answered'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof APIError)) throw error
  return error
}

const sentence = async (extra: object): Promise<string> => {
  const error = await failure(client.messages.create({ ...basic, ...extra }))
  return `${error.status} ${error.type}: ${JSON.parse(JSON.stringify(error.error)).error.message}`
}

describe('the simulated Messages API, through the vendor’s SDK', () => {
  it('says the same as every other simulated server, and what it used', async () => {
    const message = await ask()
    expect(message).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'claude-sim',
      content: [{ type: 'text', text: 'Simulated answer 0 to: one two three — naïve ✓ 😀 done.' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 6, output_tokens: 12, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
    })
    expect(message).toHaveProperty('_request_id', expect.stringMatching(/^req_/))
    expect(message.id).toMatch(/^msg_/)
    expect(upstream.totals).toMatchObject({ requests: 1, promptTokens: 6, completionTokens: 12, contentDeltas: 12 })
  })

  it('streams what it would have answered at once, and counts it once', async () => {
    const [whole, streamed] = [await ask({ thinking, tools }), await stream({ thinking, tools })]
    expect(streamed.content).toEqual(whole.content)
    expect([streamed.stop_reason, streamed.usage.output_tokens]).toEqual([whole.stop_reason, whole.usage.output_tokens])
    const { input_tokens: input, output_tokens: output } = whole.usage
    expect(upstream.totals).toMatchObject({ requests: 2, promptTokens: 2 * input, completionTokens: 2 * output, reasoningTokens: 22 })
  })

  it('frames its events as the vendor does: named, padded, a ping after the first block began', async () => {
    const response = await client.messages.create({ ...basic, stream: true }).asResponse()
    const text = await response.text()
    expect([...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1])).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      ...Array.from({ length: 12 }, () => 'content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
    expect(text).toMatch(/^data: \{.* +\}$/m)
    expect(text).toContain('"usage":{"input_tokens":6,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":12')
  })

  it('calls tools in parallel, in pieces, and one without arguments in none', async () => {
    const pieces: string[] = []
    const streaming = client.messages.stream({ ...basic, tools }).on('inputJson', (piece) => pieces.push(piece))
    const message = await streaming.finalMessage()
    expect(message.stop_reason).toBe('tool_use')
    expect(message.content).toMatchObject([
      { type: 'tool_use', name: 'weather', input: { city: 'simulated', days: 1 } },
      { type: 'tool_use', name: 'beep', input: {} },
    ])
    expect(pieces.length).toBeGreaterThan(4)
    const raw = await (await client.messages.create({ ...basic, tools, stream: true }).asResponse()).text()
    expect(raw).not.toMatch(/"index":1,"delta"/)
  })

  it('calls one tool where it must not be two, or must be that one', async () => {
    const names = async (choice: Anthropic.ToolChoice): Promise<readonly string[]> =>
      (await ask({ tools, tool_choice: choice })).content.map((block) => (block.type === 'tool_use' ? block.name : block.type))
    expect(await names({ type: 'auto', disable_parallel_tool_use: true })).toEqual(['weather'])
    expect(await names({ type: 'tool', name: 'beep' })).toEqual(['beep'])
    expect(await names({ type: 'none' })).toEqual(['text'])
  })

  it('fits a schema, under the old name of the field and the new', async () => {
    const schema = { type: 'object', properties: { mood: { enum: ['glad'] }, steps: { type: 'array', items: { type: 'integer' } } } }
    const wanted = { type: 'json_schema', schema } as const
    for (const extra of [{ output_config: { format: wanted } }, { output_format: wanted }]) {
      const [block] = (await client.messages.create({ ...basic, ...extra })).content
      expect(JSON.parse(block?.type === 'text' ? block.text : '')).toEqual({ mood: 'glad', steps: [1] })
    }
  })

  it.each([
    ['max_tokens', { max_tokens: 2 }],
    ['stop_sequence', { stop_sequences: ['naïve'] }],
    ['refusal', { messages: [{ role: 'user', content: 'refuse this' }] }],
    ['pause_turn', { messages: [{ role: 'user', content: 'pause the turn' }] }],
    ['model_context_window_exceeded', { messages: [{ role: 'user', content: 'exceed the window' }] }],
  ] satisfies [string, Partial<Params>][])('stops because of %s', async (reason, extra) => {
    expect((await ask(extra)).stop_reason).toBe(reason)
    expect((await stream(extra)).stop_reason).toBe(reason)
  })

  it('names the stop sequence and leaves it out', async () => {
    const message = await ask({ stop_sequences: ['naïve'] })
    expect(message).toMatchObject({ stop_sequence: 'naïve', content: [{ text: 'Simulated answer 0 to: one two three — ' }] })
  })

  it('lists its models and counts tokens, images and documents among them', async () => {
    const { data } = await client.models.list()
    expect(data.map((model) => model.id)).toEqual(['claude-sim', 'claude-other'])
    expect(await client.models.retrieve('claude-other')).toMatchObject({ type: 'model', id: 'claude-other' })
    const source = { type: 'base64', media_type: 'image/png', data: 'AAAA' } as const
    const pdf = { type: 'base64', media_type: 'application/pdf', data: 'AAAA' } as const
    const content: Anthropic.ContentBlockParam[] = [
      { type: 'text', text: 'look' },
      { type: 'image', source },
      { type: 'document', source: pdf },
    ]
    const messages = [{ role: 'user', content }] satisfies Anthropic.MessageParam[]
    const counted = await client.messages.countTokens({ model: 'claude-sim', messages })
    expect(counted.input_tokens).toBe(4 + 85 + 250)
    expect((await ask({ messages })).usage.input_tokens).toBe(counted.input_tokens)
    expect(upstream.totals.requests).toBe(1)
  })
})

describe('its prompt cache', () => {
  const system = [{ type: 'text', text: 'a long text of nine words to be cached', cache_control: { type: 'ephemeral' } }] as const

  it('writes a marked beginning once and reads it then, apart from the input tokens', async () => {
    const usages = [await ask({ system: [...system] }), await stream({ system: [...system] })].map(({ usage }) => [
      usage.input_tokens,
      usage.cache_creation_input_tokens,
      usage.cache_read_input_tokens,
    ])
    expect(usages).toEqual([
      [6, 9, 0],
      [6, 0, 9],
    ])
    expect(upstream.totals).toMatchObject({ promptTokens: 30, cachedTokens: 9, cacheWriteTokens: 9 })
  })

  it('does not read it for another model, another beginning, or after a reset', async () => {
    const read = async (extra: Partial<Params>): Promise<number | null> => (await ask(extra)).usage.cache_read_input_tokens
    await ask({ system: [...system] })
    expect(await read({ system: [...system], model: 'claude-other' })).toBe(0)
    expect(await read({ system: [...system], tools, tool_choice: { type: 'none' } })).toBe(0)
    await upstream.reset()
    expect(await read({ system: [...system] })).toBe(0)
  })

  it('reads the turns before and writes the new one, where the end is marked', async () => {
    const first = { role: 'user', content: 'one two three' } as const
    const turns = [first, { role: 'assistant', content: 'four' }, { role: 'user', content: 'five' }] satisfies Anthropic.MessageParam[]
    await ask({ messages: [first], cache_control: { type: 'ephemeral' } })
    const { usage } = await ask({ messages: turns, cache_control: { type: 'ephemeral', ttl: '1h' } })
    expect(usage).toMatchObject({ input_tokens: 0, cache_read_input_tokens: 6, cache_creation: { ephemeral_1h_input_tokens: 8 } })
  })
})

describe('its thoughts', () => {
  const turn = async (bend: (block: Anthropic.ContentBlock) => Anthropic.ContentBlock[]): Promise<Params> => {
    const first = await ask({ thinking, tools })
    const results = first.content.flatMap((block) =>
      block.type === 'tool_use' ? [{ type: 'tool_result', tool_use_id: block.id } as const] : [],
    )
    const messages: Anthropic.MessageParam[] = [
      ...basic.messages,
      { role: 'assistant', content: first.content.flatMap(bend) },
      { role: 'user', content: results },
    ]
    return { ...basic, thinking, tools, messages }
  }

  it('are taken back with their signature, and answered', async () => {
    expect(await ask(await turn((block) => [block]))).toMatchObject({
      stop_reason: 'end_turn',
      content: [{ type: 'thinking' }, { type: 'text' }],
    })
  })

  it('are refused with another signature, another text, or none', async () => {
    const changed = await turn((block) => [block.type === 'thinking' ? { ...block, signature: 'AAAA' } : block])
    expect(await sentence(changed)).toBe('400 invalid_request_error: messages.1.content.0: Invalid `signature` in `thinking` block')
    const rewritten = await turn((block) => [block.type === 'thinking' ? { ...block, thinking: 'other' } : block])
    expect(await sentence(rewritten)).toContain('Invalid `signature`')
    const dropped = await turn((block) => (block.type === 'thinking' ? [] : [block]))
    expect(await sentence(dropped)).toContain('messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`')
  })

  it('can be omitted, and then still have a signature that holds', async () => {
    const adaptive = { type: 'adaptive', display: 'omitted' } as const
    const message = await stream({ thinking: adaptive })
    expect(message.content[0]).toMatchObject({ type: 'thinking', thinking: '', signature: expect.stringMatching(/.{20}/) })
    const messages: Anthropic.MessageParam[] = [...basic.messages, { role: 'assistant', content: message.content }, ...basic.messages]
    expect((await ask({ thinking: adaptive, messages })).stop_reason).toBe('end_turn')
  })
})

describe('what it refuses, in the vendor’s words', () => {
  it.each([
    [{ max_tokens: undefined }, 'max_tokens: Field required'],
    [{ max_tokens: 0 }, 'max_tokens: Input should be greater than or equal to 1'],
    [{ messages: [] }, 'messages: at least one message is required'],
    [{ logit_bias: {} }, 'logit_bias: Extra inputs are not permitted'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, "messages.0.role: Input should be 'user' or 'assistant'"],
    [{ messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] }, 'messages: text content blocks must be non-empty'],
    [{ thinking: { type: 'enabled', budget_tokens: 3000 } }, '`max_tokens` must be greater than `thinking.budget_tokens`.'],
    [{ temperature: 1 }, 'temperature: Extra inputs are not permitted'],
    [{ thinking, tools, tool_choice: { type: 'any' } }, 'Thinking may not be enabled when tool_choice forces tool use.'],
  ])('%j', async (extra, expected) => {
    expect(await sentence(extra)).toBe(`400 invalid_request_error: ${expected}`)
  })

  it('sampling parameters only since 2026-10-21, and out of range before', async () => {
    const old = { headers: { 'anthropic-version': '2023-06-01' } }
    const oldAsk = (extra: object): Promise<unknown> => client.messages.create({ ...basic, ...extra }, old)
    expect(await oldAsk({ temperature: 0.5, top_k: 3 })).toMatchObject({ stop_reason: 'end_turn' })
    expect((await failure(oldAsk({ temperature: 1.5 }))).message).toContain('temperature: Input should be less than or equal to 1')
    expect((await failure(oldAsk({ thinking, temperature: 0.5 }))).message).toContain('may only be set to 1 when thinking is enabled')
  })

  it('a call without its result, and a result without its call', async () => {
    const call = { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'beep', input: {} }] }
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't2' }] }
    expect(await sentence({ messages: [...basic.messages, call, ...basic.messages] })).toContain(
      '`tool_use` ids were found without `tool_result`',
    )
    expect(await sentence({ messages: [result] })).toContain(
      'messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: t2',
    )
  })

  it('a missing or wrong key, in either header, a missing or unknown version, an unknown model and path', async () => {
    const post = async (headers: Readonly<Record<string, string>>): Promise<string> => {
      const response = await fetch(`${upstream.url}/v1/messages`, { method: 'POST', headers, body: JSON.stringify(basic) })
      return `${response.status} ${(await response.json()).error.message}`
    }
    const version = { 'anthropic-version': '2023-06-01' }
    expect(await post(version)).toBe('401 x-api-key header is required')
    expect(await post({ ...version, authorization: 'Bearer wrong' })).toBe('401 Invalid bearer token')
    expect(await post({ ...version, 'x-api-key': 'wrong' })).toBe('401 invalid x-api-key')
    expect(await post({ 'x-api-key': 'right' })).toBe('400 anthropic-version: header is required')
    expect(await post({ 'x-api-key': 'right', 'anthropic-version': '2030-01-01' })).toBe(
      '400 anthropic-version: "2030-01-01" is not a valid version',
    )
    expect(await sentence({ model: 'none' })).toBe('404 not_found_error: model: none')
    expect((await failure(client.models.retrieve('none'))).status).toBe(404)
  })
})

describe('its faults', () => {
  it.each([
    ['status-401', 401, 'authentication_error'],
    ['status-413', 413, 'request_too_large'],
    ['status-500', 500, 'api_error'],
    ['status-529', 529, 'overloaded_error'],
    ['rate-limited-seconds', 429, 'rate_limit_error'],
    ['context-length-exceeded', 400, 'invalid_request_error'],
    ['insufficient-quota', 400, 'invalid_request_error'],
  ] as const)('%s is a %i of type %s', async (fault, status, type) => {
    await upstream.behave(fault)
    expect(await failure(ask())).toMatchObject({ status, type, requestID: expect.stringMatching(/^req_/) })
  })

  it('an error in mid-stream raises as overloaded, after some text', async () => {
    await upstream.behave('error-mid-stream')
    let text = ''
    const streaming = client.messages.stream(basic).on('text', (piece) => (text += piece))
    expect(await failure(streaming.finalMessage())).toMatchObject({ type: 'overloaded_error' })
    expect(text).toBe('Simulated answer 0')
  })

  it('a stream that ends early has neither a reason nor an end', async () => {
    await upstream.behave('end-without-finish')
    const text = await (await client.messages.create({ ...basic, stream: true }).asResponse()).text()
    expect(text).toContain('content_block_delta')
    expect(text).not.toMatch(/message_delta|message_stop/)
    expect(upstream.totals).toMatchObject({ promptTokens: 6, completionTokens: 1, contentDeltas: 3 })
  })

  it('may be chosen by the text of a request, and are refused where this wire has no such fault', async () => {
    const messages = [{ role: 'user', content: 'hi x_simulate={"a":"status-503"}' }] satisfies Anthropic.MessageParam[]
    expect((await failure(ask({ messages }))).status).toBe(503)
    await expect(upstream.behave('tool-index-from-one')).rejects.toThrow('does not exist on anthropic')
  })
})
