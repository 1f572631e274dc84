import { expect, it } from 'vitest'
import { spawnUpstream } from './spawn.ts'

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

it('tells what it printed where it does not come up', async () => {
  await expect(spawnUpstream({ port: 1_000_000 })).rejects.toThrow(/ended with .*ERR_SOCKET_BAD_PORT/s)
})

it('refuses a fault that it does not know', async () => {
  const upstream = await spawnUpstream()
  await expect(upstream.behave(JSON.parse('{"fault":"no-such-fault"}'))).rejects.toThrow(/no such fault/)
  await upstream.close()
})
