import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LEAKED_KEY, spawnUpstream, type UpstreamControl } from '@gateway/testing/upstreams'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ask } from './ask.ts'
import { RUNTIMES, type RunningGateway } from './runtimes.ts'

const PROMPT = 'canary-prompt-7f3a'
const UPSTREAM_KEY = 'sk-canary-upstream-0123456789'
const GATEWAY_KEY = 'canary-gateway-0123456789'
const ADDRESS_OF_A_CLIENT = '203.0.113.77'

/** Requests that end in every way, each with the prompt in it, and what goes wrong at the provider. */
const FAULTS = [
  {},
  { fault: 'status-400' },
  { fault: 'rate-limited-579' },
  { fault: 'status-401' },
  { fault: 'error-mid-stream', chunkDelayMs: 40 },
] as const

for (const runtime of RUNTIMES) {
  describe(`what ${runtime.name} writes down`, () => {
    let upstream: UpstreamControl
    let gateway: RunningGateway
    const answers: string[] = []

    beforeAll(async () => {
      upstream = await spawnUpstream({ name: 'first', apiKey: UPSTREAM_KEY })
      const configuration = {
        providers: { openai: { baseUrl: upstream.url, apiKey: { env: 'UPSTREAM_KEY' } } },
        routing: { failover: { maxAttempts: 1 } },
        log: { level: 'debug' },
      }
      gateway = await runtime.start({ configuration, env: { UPSTREAM_KEY, AUTH_TOKEN: GATEWAY_KEY } })
      const headers = { authorization: `Bearer ${GATEWAY_KEY}`, 'x-forwarded-for': ADDRESS_OF_A_CLIENT }
      for (const first of FAULTS) {
        for (const stream of [true, false]) answers.push(await (await ask(gateway.url, { content: PROMPT, stream, first, headers })).text())
      }
      answers.push(await (await ask(gateway.url, { content: PROMPT, model: 'nobody-has-this', headers })).text())
      await ask(gateway.url, { content: PROMPT, headers: { authorization: 'Bearer canary-wrong-key-0123456789' } })
      await vi.waitUntil(async () => (await gateway.query('SELECT status FROM inference_logs')).length === 11, 5_000)
    }, 60_000)

    afterAll(async () => {
      await gateway?.stop()
      await upstream?.close()
    })

    it('is one JSON object a line, one line for each request', () => {
      const output = gateway.output()
      const lines = output.slice(output.indexOf('{"time"')).split('\n').filter(Boolean)
      const messages = lines.map((line) => messageOf(line))
      expect(messages.filter((message) => message === 'request')).toHaveLength(11)
    })

    it.each([
      ['a prompt', PROMPT],
      ['the key of a provider', UPSTREAM_KEY],
      ['the key of the gateway', GATEWAY_KEY],
      ['a key that nobody knows', 'canary-wrong-key'],
      ['a key in a provider’s own words', LEAKED_KEY],
      ['the address of a client', ADDRESS_OF_A_CLIENT],
    ])('holds nowhere %s', async (_, canary) => {
      expect(gateway.output()).not.toContain(canary)
      for (const text of await filesOf(gateway)) expect(text.includes(canary)).toBe(false)
    })

    it('tells no client the address of a provider, or a key', () => {
      const { host } = new URL(upstream.url)
      for (const secret of [host, UPSTREAM_KEY, GATEWAY_KEY, LEAKED_KEY]) expect(answers.join('\n')).not.toContain(secret)
    })

    it('does not hold the address of a provider', async () => {
      const { host } = new URL(upstream.url)
      expect(gateway.output()).not.toContain(host)
      for (const text of await filesOf(gateway)) expect(text.includes(host)).toBe(false)
    })
  })
}

/** Every file that it keeps, the log of the database included. */
async function filesOf({ dataFolder }: RunningGateway): Promise<readonly string[]> {
  const entries = await readdir(dataFolder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = await Promise.all(files.map((file) => readFile(file, 'latin1')))
  // What is there to be found is found.
  expect(texts.some((text) => text.includes('nobody-has-this'))).toBe(true)
  return texts
}

function messageOf(line: string): string | undefined {
  const { message }: { readonly message?: string } = JSON.parse(line)
  return message
}
