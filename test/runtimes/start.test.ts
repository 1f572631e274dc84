import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { freePort } from '@gateway/testing/processes'
import { spawnUpstream, type UpstreamControl, type UpstreamOptions } from '@gateway/testing/upstreams'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ask, modelsOf } from './ask.ts'
import { MACHINES, RUNTIMES, type LaunchOptions, type Launched } from './runtimes.ts'

const SECRET = 'sk-canary-0123456789abcdef'

for (const machine of MACHINES) {
  describe(`a start on ${machine.name}`, { timeout: 30_000 }, () => {
    const open: (() => Promise<unknown>)[] = []
    const launch = async (options: LaunchOptions): Promise<Launched> => {
      const launched = await machine.launch(options)
      open.push(() => launched.stop(3_000))
      return launched
    }
    const upstream = async (options: UpstreamOptions = {}): Promise<UpstreamControl> => {
      const control = await spawnUpstream({ name: 'first', ...options })
      open.push(control.close)
      return control
    }
    afterEach(async () => {
      await Promise.all(open.splice(0).map((close) => close()))
    })

    it('prints, with nothing configured, where it listens and a command that is answered', async () => {
      const gateway = await launch({})
      const url = await gateway.url()
      const [command] = await gateway.waitFor(/curl .*\\\n.*'/, 1_000)
      const { stdout } = await promisify(execFile)('sh', ['-c', command])
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      expect(stdout).toContain('"model":"simulated"')
      expect(stdout).toContain('data: [DONE]')
      expect(await modelsOf(url)).toEqual(['simulated'])
    })

    it('offers the simulated model no more once a provider is named', async () => {
      const { url: address } = await upstream()
      const gateway = await launch({ env: { OPENAI_ENDPOINT: address } })
      const url = await gateway.url()
      expect(await modelsOf(url)).toEqual(['sim-chat'])
      expect((await ask(url)).status).toBe(200)
      expect((await ask(url, { model: 'simulated' })).status).toBe(404)
    })

    it.each<[name: string, options: LaunchOptions, complaint: RegExp]>([
      [
        'a file',
        { configuration: { providers: { openai: { apiKey: SECRET, baseUrl: 5 } } } },
        /gateway\.config\.json.*\n.*providers\.openai\.baseUrl: found 5.*, expected/,
      ],
      [
        'a file that refers to the environment',
        { configuration: { routing: { failover: { maxAttempts: { env: 'TRIES' } } } }, env: { TRIES: SECRET } },
        /routing\.failover\.maxAttempts \(from TRIES\): found .*, expected/,
      ],
      ['an environment', { env: { MAX_FAILOVER_ATTEMPTS: 'many', OPENAI_API_KEY: SECRET } }, /MAX_FAILOVER_ATTEMPTS: found .*, expected/],
      ['a port', { env: { PORT: '70000', OPENAI_API_KEY: SECRET } }, /PORT: found .*70000.*, expected/],
    ])('ends before it listens where %s makes no sense, and says where and why', async (_, options, complaint) => {
      const gateway = await launch(options)
      expect(await gateway.exited).toBe(1)
      expect(gateway.output()).toMatch(complaint)
      expect(gateway.output()).not.toContain('listens')
      expect(gateway.output()).not.toContain(SECRET)
    })

    it('ends at once where its port is taken, whatever connections it has already', async () => {
      const { url: address } = await upstream()
      const server = createServer().listen(0, '127.0.0.1')
      open.push(async () => server.close())
      await new Promise((resolve) => server.once('listening', resolve))
      const taken = server.address()
      const port = typeof taken === 'object' ? String(taken?.port) : ''
      const gateway = await launch({ env: { PORT: port, OPENAI_ENDPOINT: address } })
      const code = await Promise.race([gateway.exited, new Promise((resolve) => setTimeout(resolve, 8_000, 'still running'))])
      expect(gateway.output()).toContain(`Cannot listen on 127.0.0.1:${port}`)
      expect(code).toBe(1)
    })

    it('listens where HOST and PORT say, and logs as much as LOG_LEVEL says', async () => {
      const port = String(await freePort())
      const gateway = await launch({ env: { HOST: '127.0.0.2', PORT: port, LOG_LEVEL: 'warn' } })
      const url = await gateway.url()
      expect(url).toBe(`http://127.0.0.2:${port}`)
      expect((await ask(url, { model: 'simulated' })).status).toBe(200)
      expect((await ask(url, { model: 'nobody-has-this' })).status).toBe(404)
      await gateway.waitFor(/nobody-has-this/, 2_000)
      expect(gateway.output()).not.toContain('"level":"info"')
      await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow(TypeError)
    })

    it('finds a provider that starts later, and what it has when it comes back', async () => {
      const port = await freePort()
      const env = { OLLAMA_ENDPOINT: `http://127.0.0.1:${port}`, HEALTH_CHECK_INTERVAL_SEC: '1' }
      const url = await (await launch({ env })).url()
      expect(await modelsOf(url)).toEqual([])
      const early = await upstream({ port, vendor: 'ollama', models: ['early'] })
      await vi.waitFor(async () => expect(await modelsOf(url)).toEqual(['early']), 5_000)
      expect((await ask(url, { model: 'early' })).status).toBe(200)
      await early.close()
      await vi.waitFor(async () => expect((await fetch(`${url}/health`)).status).toBe(503), 5_000)
      await upstream({ port, vendor: 'ollama', models: ['late'] })
      await vi.waitFor(async () => expect(await modelsOf(url)).toEqual(['late']), 5_000)
      expect((await ask(url, { model: 'late' })).status).toBe(200)
      expect((await fetch(`${url}/health`)).status).toBe(200)
    })

    it('keeps a stream open with comments while the model thinks', async () => {
      const { url: address } = await upstream()
      const gateway = await launch({ configuration: { providers: { openai: { baseUrl: address } }, server: { keepAliveMs: 100 } } })
      const response = await ask(await gateway.url(), { stream: true, first: { firstByteDelayMs: 1_000 } })
      const text = await response.text()
      const comments = /^(: keep-alive\n\n)+/.exec(text)?.[0] ?? ''
      expect(comments.length / ': keep-alive\n\n'.length).toBeGreaterThan(3)
      expect(text.slice(comments.length)).toMatch(/^data: \{"[\s\S]*data: \[DONE\]\n\n$/)
    })
  })
}

it('a Worker with nothing configured answers as the simulated model', { timeout: 60_000 }, async () => {
  const gateway = await RUNTIMES.find(({ name }) => name === 'workerd')?.start({})
  expect(await modelsOf(gateway?.url ?? '')).toEqual(['simulated'])
  expect(await (await ask(gateway?.url ?? '', { model: 'simulated', stream: true })).text()).toContain('data: [DONE]')
  await gateway?.stop()
})
