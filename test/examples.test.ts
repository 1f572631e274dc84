import { globSync, readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort, spawnGateway, startChild, type Child, type GatewayProcess } from '@gateway/testing/processes'
import { spawnUpstream, type UpstreamControl } from '@gateway/testing/upstreams'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { readManifest } from './workspace.ts'

const KEY = 'sk-of-the-example-0123456789'
const TIMEOUT_MS = 15_000

describe.each(globSync('examples/*').toSorted())('%s', (folder) => {
  it('says in ten lines which question it answers and what to type', () => {
    const lines = readFileSync(join(folder, 'README.md'), 'utf8').trim().split('\n')
    expect(lines[0]).toMatch(/^# .+\?$/)
    expect(lines.length).toBeLessThanOrEqual(10)
    expect(lines.some((line) => line.endsWith('npm start'))).toBe(true)
  })

  it('is never published', () => {
    expect(readManifest(join(folder, 'package.json'))).toMatchObject({ private: true, license: 'MIT', type: 'module' })
  })
})

describe('examples/openai-sdk', () => {
  it('chats, streams and calls tools through a gateway', async () => {
    const upstream = await spawnUpstream({ name: 'cloud', models: ['sim-chat'], apiKey: KEY })
    onTestFinished(() => upstream.close())
    const gateway = await startGateway({ OPENAI_ENDPOINT: upstream.url, OPENAI_API_KEY: KEY })
    onTestFinished(async () => void (await gateway.stop()))
    const { output, code } = await runSdk({ GATEWAY_URL: gateway.url, MODEL: 'sim-chat' })
    expect(output).toContain('chat: Simulated answer 0 to: What is a gateway?')
    expect(output).toContain('answered by: openai / sim-chat')
    expect(output).toMatch(/tokens: \d+\n/)
    expect(output).toContain('stream: Simulated answer 0 to: Count to three. — naïve ✓ 😀 done.\n')
    expect(output).toContain('tools: weather {"city":"simulated"}')
    expect(output).toContain('tools, then: Simulated answer 0 to: Do I need an umbrella in Paris?')
    expect(code).toBe(0)
  }, 30_000)

  it('needs no provider, and says so', async () => {
    const gateway = await startGateway({})
    onTestFinished(async () => void (await gateway.stop()))
    const { output, code } = await runSdk({ GATEWAY_URL: gateway.url })
    expect(output).toContain('chat: This is the simulated model of Gateway')
    expect(output).toContain('answered by: simulated / simulated')
    expect(output).toContain('tools: this model called none')
    expect(code).toBe(0)
  }, 30_000)
})

describe('examples/embed-in-a-service', () => {
  let own: UpstreamControl
  let cloud: UpstreamControl
  let service: Child
  let url: string

  beforeAll(async () => {
    ;[own, cloud] = await Promise.all([
      spawnUpstream({ name: 'own', vendor: 'ollama', models: ['llama3.2'] }),
      spawnUpstream({ name: 'cloud', models: ['gpt-4o-mini'], apiKey: KEY }),
    ])
    const env = { PORT: String(await freePort()), OLLAMA_ENDPOINT: own.url, OPENAI_ENDPOINT: cloud.url, OPENAI_API_KEY: KEY }
    service = startChild(['npm', 'start'], { cwd: 'examples/embed-in-a-service', env })
    url = (await service.waitFor(/listens on (http:\S+)\n/, TIMEOUT_MS))[1] ?? ''
  }, 30_000)

  afterEach(() => Promise.all([own.reset(), cloud.reset()]))

  afterAll(() => Promise.all([service.stop(), own.close(), cloud.close()]))

  const post = (path: string, signal?: AbortSignal): Promise<Response> =>
    fetch(`${url}${path}`, { method: 'POST', body: 'a long day', ...(signal && { signal }) })

  it('asks the first provider', async () => {
    expect(await (await post('/summaries')).json()).toEqual({
      summary: 'Simulated answer 0 to: Summarize in a sentence: a long day — naïve ✓ 😀 done.',
      model: 'llama3.2',
    })
  })

  it('asks the second where the first fails, and knows what that cost', async () => {
    await own.behave('status-503')
    expect(await (await post('/summaries')).json()).toMatchObject({ model: 'gpt-4o-mini' })
    const [, booked = '{}'] = await service.waitFor(/booked: (.*"openai".*)\n/, TIMEOUT_MS)
    const { promptTokens = 0, completionTokens = 0 } = (await cloud.snapshot()).requests[0]?.sent.usage ?? {}
    expect(promptTokens).toBeGreaterThan(0)
    expect(JSON.parse(booked)).toMatchObject({
      status: 'success',
      usage: { input: { tokens: promptTokens }, output: { tokens: completionTokens } },
      costNanoUsd: promptTokens * 150 + completionTokens * 600,
    })
  })

  it('streams', async () => {
    const response = await post('/stories')
    expect(response.headers.get('transfer-encoding')).toBe('chunked')
    expect(await response.text()).toBe('Simulated answer 0 to: Tell a story about a long day — naïve ✓ 😀 done.')
  })

  it('cuts a stream whose model broke off', async () => {
    await own.behave('reset-mid-stream')
    const response = await post('/stories')
    await expect(response.text()).rejects.toThrow('terminated')
  })

  it('answers 503 where nobody answers', async () => {
    await Promise.all([own.behave('status-503'), cloud.behave('status-503')])
    const response = await post('/summaries')
    expect(response.status).toBe(503)
    expect(await response.text()).toBe('The assistant is not available.')
  })

  it('stops the model when its client goes away', async () => {
    await own.behave({ chunkDelayMs: 50, answerWords: 1_000 })
    const client = new AbortController()
    const response = await post('/stories', client.signal)
    await response.body?.getReader().read()
    client.abort()
    await expect.poll(async () => (await own.snapshot()).requests[0]?.clientGoneAtMs, { timeout: 2_000 }).toEqual(expect.any(Number))
  })
})

describe('examples/custom-provider', () => {
  let acme: Child
  let gateway: GatewayProcess
  let client: OpenAI

  beforeAll(async () => {
    const port = await freePort()
    acme = startChild(['npm', 'run', 'acme'], { cwd: 'examples/custom-provider', env: { ACME_PORT: String(port), ACME_API_KEY: KEY } })
    await acme.waitFor(/acme listens/, TIMEOUT_MS)
    gateway = await startGateway({
      GATEWAY_CONFIG: resolve('examples/custom-provider/gateway.config.ts'),
      ACME_ENDPOINT: `http://127.0.0.1:${port}`,
      ACME_API_KEY: KEY,
    })
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0 })
  }, 30_000)

  afterAll(() => Promise.all([gateway.stop(), acme.stop()]))

  const question = (model: string): Pick<OpenAI.ChatCompletionCreateParams, 'model' | 'messages'> => ({
    model,
    messages: [{ role: 'user', content: 'Hello' }],
  })

  it('lists what the vendor lists, and what the configuration calls it', async () => {
    const models = await Array.fromAsync(client.models.list())
    expect(models.map((model) => model.id)).toEqual(['coyote', 'coyote-1'])
  })

  it.each(['coyote', 'gpt-4o-mini', 'acme/coyote-1'])('answers as %s, with the vendor’s address and key', async (model) => {
    const { data, response } = await client.chat.completions.create(question(model)).withResponse()
    expect(data.choices[0]?.message.content).toBe('Beep beep.')
    expect(response.headers.get('x-provider-used')).toBe('acme')
  })

  it('makes a sound stream of the vendor’s own', async () => {
    const stream = await client.chat.completions.create({ ...question('coyote'), stream: true, stream_options: { include_usage: true } })
    const chunks = await Array.fromAsync(stream)
    const choices = chunks.flatMap((chunk) => chunk.choices)
    expect(choices.map((choice) => choice.delta.content ?? '').join('')).toBe('Beep beep.')
    expect(choices.flatMap((choice) => choice.delta.role ?? [])).toEqual(['assistant'])
    expect(choices.flatMap((choice) => choice.finish_reason ?? [])).toEqual(['stop'])
    expect(chunks.flatMap((chunk) => chunk.usage ?? [])).toMatchObject([{ prompt_tokens: 5, completion_tokens: 2 }])
  })

  it('counts its tool calls from 0', async () => {
    const tools: OpenAI.ChatCompletionTool[] = [{ type: 'function', function: { name: 'run' } }]
    const completion = await client.chat.completions.stream({ ...question('coyote'), tools }).finalChatCompletion()
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { tool_calls: [{ id: 'call-1', function: { name: 'run', arguments: '{"fast":true}' } }] },
    })
  })
})

/** The app of Node, in an empty folder, with this environment alone. */
async function startGateway(env: Readonly<Record<string, string>>): Promise<GatewayProcess> {
  const cwd = await mkdtemp(join(tmpdir(), 'gateway-'))
  const command = ['node', '--conditions=@gateway/source', resolve('apps/node/src/main.ts')]
  return spawnGateway({ command, cwd, env, readyPattern: /listens on (\S+)/ })
}

async function runSdk(env: Readonly<Record<string, string>>): Promise<{ readonly output: string; readonly code: number | null }> {
  const example = startChild(['npm', 'start'], { cwd: 'examples/openai-sdk', env })
  const code = await example.exited
  return { output: example.output(), code }
}
