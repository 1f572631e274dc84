import { expect, it } from 'vitest'
import { spawnUpstream } from './spawn.ts'
import { API_NAMES } from './wire.ts'

it('runs an upstream as a process of its own, driven over its control port', async () => {
  const upstream = await spawnUpstream({ name: 'far', vendor: 'groq', models: ['one', 'two'] })
  const ask = (): Promise<Response> =>
    fetch(`${upstream.url}/openai/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'two', messages: [{ role: 'user', content: 'hi' }] }),
    })

  await upstream.behave({ fault: 'status-500', times: 1 })
  expect([(await ask()).status, (await ask()).status]).toEqual([500, 200])
  expect(await upstream.snapshot()).toMatchObject({ totals: { requests: 2 }, requests: [{ fault: 'status-500' }, { fault: null }] })

  await upstream.behave('refuse-connections')
  await expect(ask()).rejects.toThrow(TypeError)
  await upstream.reset()
  expect((await ask()).status).toBe(200)
  expect((await upstream.snapshot()).totals.requests).toBe(1)

  await upstream.close()
  await expect(ask()).rejects.toThrow(TypeError)
})

it('runs the servers of other vendors, too', async () => {
  const upstreams = await Promise.all(API_NAMES.map((api) => spawnUpstream({ api, models: ['sim'] })))
  const statuses = await Promise.all(upstreams.map(async ({ url }) => (await fetch(`${url}/v1/messages`, { method: 'POST' })).status))
  // Anthropic and Cloudflare miss a key, Google does so with another status, and the others have no such path.
  expect(Object.fromEntries(API_NAMES.map((api, index) => [api, statuses[index]]))).toEqual({
    openai: 404,
    anthropic: 401,
    gemini: 403,
    'workers-ai': 401,
    ollama: 404,
  })
  await Promise.all(upstreams.map((upstream) => upstream.close()))
})

it('tells what it printed where it does not come up', async () => {
  await expect(spawnUpstream({ port: 1_000_000 })).rejects.toThrow(/ended with .*ERR_SOCKET_BAD_PORT/s)
})

it('refuses a fault that it does not know', async () => {
  const upstream = await spawnUpstream()
  await expect(upstream.behave(JSON.parse('{"fault":"no-such-fault"}'))).rejects.toThrow(/no such fault/)
  await upstream.close()
})
