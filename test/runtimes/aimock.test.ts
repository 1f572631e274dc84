import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MACHINES, type RunningGateway } from './runtimes.ts'
import { RESULTS, TOOLS } from './sdks/cases/tools.ts'
import type { JsonSchema, Question, Said } from './sdks/client.ts'
import { CLIENTS } from './sdks/clients.ts'

/** Servers that somebody else wrote, so that ours and their clients do not share one misunderstanding. */
const VENDORS = [
  { name: 'chat', path: '/v1', model: 'some-model', settings: { kind: 'openai-compatible' } },
  { name: 'responses', path: '/v1', model: 'some-model', settings: { kind: 'openai', protocols: ['openai-responses'] } },
  { name: 'claude', path: '/v1', model: 'claude-opus-4-6', settings: { kind: 'anthropic' } },
  { name: 'google', path: '/v1beta', model: 'gemini-3-flash-preview', settings: { kind: 'gemini' } },
] as const

const KEY = 'the-token-of-the-gateway'
const ANSWER = 'Es ist sonnig — 21 °C ☀ in Zürich.'
const THOUGHT = 'Let me look out of the window.'
const PLAN = { title: 'simulated', steps: ['simulated'] }

const mock = new LLMock({ port: 0, chunkSize: 5 })
let gateway: RunningGateway | undefined

beforeAll(async () => {
  script(mock)
  await mock.start()
  const providers = VENDORS.map(({ name, path, model, settings }) => [
    name,
    { ...settings, baseUrl: `${mock.url}${path}`, apiKey: 'any', serves: [model] },
  ])
  const configuration = { providers: Object.fromEntries(providers), routing: { failover: { enabled: false } } }
  gateway = await MACHINES[0]?.start({ configuration, env: { AUTH_TOKEN: KEY } })
}, 60_000)

afterAll(async () => {
  await gateway?.stop()
  await mock.stop()
})

function script(server: LLMock): void {
  const calls = [
    { name: 'weather', arguments: '{"city":"Zürich","days":2}' },
    { name: 'news', arguments: '{"topic":"rain"}' },
  ]
  server
    .on({ userMessage: /which tools/, hasToolResult: true }, { content: ANSWER })
    // By itself it would say FUNCTION_CALL, a word that Google does not have and Google's clients do not know.
    .on({ userMessage: /which tools/, model: /gemini/ }, { toolCalls: calls, finishReason: 'stop' })
    .on({ userMessage: /which tools/ }, { toolCalls: calls })
    .onMessage(/think first/, { content: ANSWER, reasoning: THOUGHT })
    .onMessage(/as a plan/, { content: JSON.stringify(PLAN) })
    .onMessage(/too often/, { error: { message: 'Slow down', type: 'rate_limit_error' }, status: 429 })
    .onMessage(/breaks off/, { content: ANSWER.repeat(5) }, { truncateAfterChunks: 4, chunkSize: 5 })
    .onMessage(/weather/, { content: ANSWER })
}

describe.concurrent.each(VENDORS)('aimock as $name', { timeout: 20_000 }, ({ name, model }) => {
  describe.each(CLIENTS)('before it $name', (client) => {
    const ask = (text: string, more: Partial<Question> = {}): Promise<Said> =>
      client.connect({ url: gateway?.url ?? '', key: KEY }).ask({ model: `${name}/${model}`, text, ...more })

    it.for([false, true])('answers (stream: %s)', async (isStreamed) => {
      expect(await ask('How is the weather?', { isStreamed })).toMatchObject({ text: ANSWER, end: 'stop', calls: [] })
    })

    it.for([false, true])('calls tools, and goes on with their results (stream: %s)', async (isStreamed) => {
      const said = await ask('Say which tools to use.', { isStreamed, tools: TOOLS })
      expect(said).toMatchObject({
        end: 'tool-calls',
        calls: [
          { name: 'weather', arguments: { city: 'Zürich', days: 2 } },
          { name: 'news', arguments: { topic: 'rain' } },
        ],
      })
      expect(await said.reply(RESULTS)).toMatchObject({ text: ANSWER, end: 'stop' })
    })

    it.for([false, true])('answers in JSON that fits a schema (stream: %s)', async (isStreamed) => {
      const said = await ask('Answer as a plan.', { isStreamed, schema: SCHEMA })
      expect(JSON.parse(said.text)).toEqual(PLAN)
    })

    it.for(client.lacks?.includes('thoughts') ? [] : [false, true])('tells what it thought (stream: %s)', async (isStreamed) => {
      expect(await ask('Please think first.', { isStreamed, thinks: true })).toMatchObject({ text: ANSWER, thought: THOUGHT })
    })

    it('tells that it was asked too often', async () => {
      const failure = await failureOf(ask('You ask too often.'))
      expect(failure).toBeInstanceOf(client.errors['rate-limited'])
      expect(failure).toMatchObject({ [client.statusField ?? 'status']: 429 })
    })

    it('does not take for whole what broke off', async () => {
      expect(await failureOf(ask('This breaks off.', { isStreamed: true }))).toBeInstanceOf(Error)
    })
  })
})

const SCHEMA: JsonSchema = {
  type: 'object',
  properties: { title: { type: 'string' }, steps: { type: 'array', items: { type: 'string' } } },
  required: ['title', 'steps'],
  additionalProperties: false,
}

function failureOf(answer: Promise<Said>): Promise<unknown> {
  return answer.then(
    () => 'it answered',
    (error: unknown) => error,
  )
}
