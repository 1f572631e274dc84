import { readFileSync } from 'node:fs'
import OpenAI, { APIError } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startUpstream } from '../upstream.ts'
import type { Upstream } from '../upstream.ts'

let upstream: Upstream
let client: OpenAI

beforeAll(async () => {
  upstream = await startUpstream({ name: 'a' })
  client = new OpenAI({ baseURL: `${upstream.url}/v1`, apiKey: 'any', maxRetries: 0 })
})

beforeEach(() => upstream.reset())

afterAll(() => upstream.close())

type Params = OpenAI.Responses.ResponseCreateParamsNonStreaming
type Events = OpenAI.Responses.ResponseStreamEvent[]
type Input = OpenAI.Responses.ResponseInput

const TEXT = 'Simulated answer 0 to: one two three — naïve ✓ 😀 done.'
const basic: Params = { model: 'sim-chat', input: 'one two three' }
const parameters = { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } } }
const tools = ['weather', 'news'].map((name) => ({ type: 'function', name, parameters, strict: false }) as const)
const includes = { reasoning: { effort: 'low' }, include: ['reasoning.encrypted_content'], store: false } satisfies Partial<Params>

const ask = (extra: Partial<Params> = {}): Promise<OpenAI.Responses.Response> => client.responses.create({ ...basic, ...extra })

async function stream(extra: Partial<Params> = {}): Promise<Events> {
  const events: Events = []
  for await (const event of await client.responses.create({ ...basic, ...extra, stream: true })) events.push(event)
  return events
}

async function failure(work: Promise<unknown>): Promise<APIError> {
  const error: unknown = await work.then(
    () => new Error('it answered'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof APIError)) throw error
  return error
}

describe('the simulated Responses API, through the vendor’s SDK', () => {
  it('says the same as every other simulated server, and what it used', async () => {
    const response = await ask()
    expect(response.output_text).toBe(TEXT)
    expect(response).toMatchObject({
      object: 'response',
      status: 'completed',
      model: 'sim-chat',
      usage: { input_tokens: 6, output_tokens: 12, total_tokens: 18, input_tokens_details: { cached_tokens: 1 } },
    })
    expect(upstream.totals).toMatchObject({ requests: 1, promptTokens: 6, completionTokens: 12, cachedTokens: 1 })
  })

  it('streams every event in its order, numbered, and the whole answer at the end', async () => {
    const events = await stream()
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index))
    expect([...new Set(events.map((event) => event.type))]).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ])
    const deltas = events.flatMap((event) => (event.type === 'response.output_text.delta' ? event.delta : []))
    expect(deltas.join('')).toBe(TEXT)
    expect(upstream.totals).toMatchObject({ requests: 1, completionTokens: 12, contentDeltas: 12 })
  })

  it('puts an answer together for the SDK’s own reader', async () => {
    const final = await client.responses
      .stream({ model: 'sim-chat', input: 'one two three', tools: [...tools], reasoning: { effort: 'low', summary: 'auto' } })
      .finalResponse()
    expect(final.output.map((item) => item.type)).toEqual(['reasoning', 'function_call', 'function_call'])
    expect(final.output[0]).toMatchObject({ summary: [{ type: 'summary_text', text: 'Thinking step1 step2 step3' }] })
  })

  it('calls tools in parallel with the events of the vendor’s own stream', async () => {
    const events = await stream({ tools, reasoning: { effort: 'low' } })
    const calls = events.flatMap((event) =>
      event.type === 'response.output_item.done' && event.item.type === 'function_call' ? event.item : [],
    )
    expect(calls).toMatchObject([
      { name: 'weather', arguments: '{"city":"simulated","days":1}', call_id: 'call_0_weather' },
      { name: 'news', arguments: '{"city":"simulated","days":1}', call_id: 'call_1_news' },
    ])
    const recorded = readFileSync(new URL('../__fixtures__/openai-responses-tools.sse', import.meta.url), 'utf8')
    const shapes = recorded
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => shape(JSON.parse(line.slice('data: '.length))))
    expect(new Set(events.map(shape))).toEqual(new Set(shapes))
  })

  it('fits a schema, refuses, and is cut where it may say no more', async () => {
    const schema = { type: 'object', properties: { mood: { enum: ['glad'] } } }
    const structured = await ask({ text: { format: { type: 'json_schema', name: 'plan', schema } } })
    expect(JSON.parse(structured.output_text)).toEqual({ mood: 'glad' })
    const refused = await stream({ input: 'refuse this' })
    expect(refused.flatMap((event) => (event.type === 'response.refusal.done' ? event.refusal : []))).toEqual(['I cannot help with that.'])
    expect(await ask({ max_output_tokens: 2 })).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } })
    expect((await stream({ max_output_tokens: 2 })).at(-1)?.type).toBe('response.incomplete')
  })
})

/** What this server says can be said to it again. */
function asInput(item: OpenAI.Responses.ResponseOutputItem): Input {
  return item.type === 'message' || item.type === 'function_call' || item.type === 'reasoning' ? [item] : []
}

describe('its turns', () => {
  const outputs = (response: OpenAI.Responses.Response): Input =>
    response.output.flatMap((item) =>
      item.type === 'function_call' ? [{ type: 'function_call_output', call_id: item.call_id, output: 'sunny' }] : [],
    )

  it('are kept, read, continued and deleted', async () => {
    const first = await ask({ tools })
    expect(await client.responses.retrieve(first.id)).toMatchObject({ id: first.id, output: first.output })
    const second = await ask({ tools, input: outputs(first), previous_response_id: first.id })
    expect(second.output[0]?.type).toBe('message')
    expect(second.usage?.input_tokens).toBeGreaterThan(first.usage?.total_tokens ?? 0)
    await client.responses.delete(first.id)
    const { status, code } = await failure(ask({ previous_response_id: first.id }))
    expect([status, code]).toEqual([400, 'previous_response_not_found'])
  })

  it('take back what was thought, encrypted and unchanged', async () => {
    const first = await ask({ ...includes, tools })
    const whole: Input = [{ role: 'user', content: 'one two three' }, ...first.output.flatMap(asInput), ...outputs(first)]
    expect((await ask({ ...includes, tools, input: whole })).output_text).toContain('Simulated answer')
    const bend = async (change: object): Promise<APIError> =>
      failure(
        ask({ ...includes, input: whole.map((item) => ('type' in item && item.type === 'reasoning' ? { ...item, ...change } : item)) }),
      )
    expect(await bend({ encrypted_content: 'gAAAAother' })).toMatchObject({ status: 400, code: 'invalid_encrypted_content' })
    const lost = await bend({ encrypted_content: null })
    expect([lost.status, lost.message]).toEqual([404, expect.stringContaining('Items are not persisted when `store` is set to false')])
  })

  it('miss the call of an output, the output of a call, and what followed a thought', async () => {
    const call = { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{}' } as const
    const output = { type: 'function_call_output', call_id: 'c2', output: 'x' } as const
    expect((await failure(ask({ input: [output] }))).message).toContain('No tool call found for function call output with call_id c2.')
    expect((await failure(ask({ input: [call] }))).message).toContain('No tool output found for function call c1.')
    const [thought] = (await ask(includes)).output.flatMap(asInput)
    expect((await failure(ask({ input: thought === undefined ? [] : [thought] }))).message).toContain('without its required following item')
  })
})

describe('its faults', () => {
  it.each([
    ['status-500', 500],
    ['rate-limited-seconds', 429],
    ['context-length-exceeded', 400],
  ] as const)('%s is a %i in the vendor’s shape', async (fault, status) => {
    await upstream.behave(fault)
    expect(await failure(ask())).toMatchObject({ status, type: expect.any(String) })
  })

  it('an error in mid-stream raises', async () => {
    await upstream.behave('error-mid-stream')
    await expect(stream()).rejects.toThrow(/server had an error/)
    expect(upstream.totals).toMatchObject({ contentDeltas: 3, completionTokens: 0 })
  })

  it('an answer can fail: as an event after some tokens, or as a whole', async () => {
    await upstream.behave('failed-mid-stream')
    const events = await stream()
    expect(events.at(-1)).toMatchObject({ type: 'response.failed', response: { status: 'failed', error: { code: 'server_error' } } })
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index))
    expect(await ask()).toMatchObject({ status: 'failed', output: [] })
  })

  it('a stream that ends early never completes', async () => {
    await upstream.behave('end-without-finish')
    expect((await stream()).at(-1)?.type).toBe('response.output_text.delta')
  })
})

/** The names of an event's fields, and of what it carries; a response's own fields have grown with the years. */
function shape(event: object): string {
  const fields = Object.entries(event).map(([name, value]) => {
    const inner = name === 'item' ? `:${Object.keys(value).toSorted().join('|')}` : ''
    return `${name}${name === 'type' ? `=${String(value)}` : inner}`
  })
  // A thought has had no content of its own on the wire for long.
  return fields.toSorted().join(' ').replace('content|', '')
}
