import { Agent, request } from 'node:http'
import { spawnUpstream, type UpstreamControl } from '@gateway/testing/upstreams'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ask } from './ask.ts'
import { MACHINES, type LaunchOptions, type Launched } from './runtimes.ts'

for (const machine of MACHINES) {
  describe(`a stop on ${machine.name}`, { timeout: 30_000 }, () => {
    let upstream: UpstreamControl
    let gateway: Launched
    const start = async (server: object = {}, more: LaunchOptions = {}): Promise<string> => {
      const configuration = { providers: { openai: { baseUrl: upstream.url } }, server }
      gateway = await machine.launch({ configuration, ...more })
      return gateway.url()
    }
    beforeEach(async () => {
      upstream = await spawnUpstream({ name: 'first' })
    })
    afterEach(async () => {
      await Promise.all([gateway.stop(1_000), upstream.close()])
    })

    it('lets twenty open streams end, takes no new request, and has every row in the log', async () => {
      const url = await start()
      const streams = await Promise.all(Array.from({ length: 20 }, () => ask(url, { stream: true, first: SLOW })))
      const late = keptAlive(url)
      expect(await late.status()).toBe(404)
      process.kill(gateway.pid, 'SIGTERM')
      await gateway.waitFor(/"stopping"/, 2_000)
      const refused = await Promise.all([
        late.status(),
        ask(url).then(
          ({ status }) => status,
          () => 'refused',
        ),
      ])
      for (const outcome of refused) expect(['refused', 503]).toContain(outcome)
      const texts = await Promise.all(streams.map((stream) => stream.text()))
      expect(texts.filter((text) => text.endsWith('data: [DONE]\n\n'))).toHaveLength(20)
      expect(await gateway.exited).toBe(0)
      const { totals } = await upstream.snapshot()
      expect(
        await gateway.query(`SELECT count(*) AS rows, sum(completion_tokens) AS tokens FROM inference_logs WHERE status = 'success'`),
      ).toEqual([{ rows: 20, tokens: totals.completionTokens }])
    })

    it('sends the whole of an answer that comes at last', async () => {
      const url = await start()
      const answer = ask(url, { first: { firstByteDelayMs: 1_000, answerWords: 20_000 } })
      await vi.waitFor(async () => expect((await upstream.snapshot()).totals.requests).toBe(1), 3_000)
      process.kill(gateway.pid, 'SIGTERM')
      const body = await (await answer).text()
      expect(body).toContain('"finish_reason":"stop"')
      expect(await gateway.exited).toBe(0)
      expect(await gateway.query('SELECT status FROM inference_logs')).toEqual([{ status: 'success' }])
    })

    it('cuts, with an error, a stream that takes longer than it may, and has its row', async () => {
      const url = await start({ drainMs: 500 })
      const stream = await ask(url, { stream: true, first: { ...SLOW, answerWords: 10_000 } })
      const asked = ask(url, { first: { fault: 'headers-never' } }).then(({ status }) => status)
      await vi.waitFor(async () => expect((await upstream.snapshot()).totals.requests).toBe(2), 3_000)
      const stoppedAt = performance.now()
      process.kill(gateway.pid, 'SIGTERM')
      const text = await stream.text()
      expect(text).toMatch(/"error":\{[^}]*"message":"The gateway stopped/)
      expect(text).not.toContain('[DONE]')
      expect(await asked).toBe(503)
      expect(await gateway.exited).toBe(0)
      expect(performance.now() - stoppedAt).toBeLessThan(3_000)
      const rows = await gateway.query(
        'SELECT status, error_message, completion_tokens > 0 AS has_tokens FROM inference_logs ORDER BY is_streaming',
      )
      expect(rows).toEqual([
        { status: 'failed', error_message: CUT, has_tokens: null },
        { status: 'failed', error_message: CUT, has_tokens: 1 },
      ])
    })

    it('loses no more by kill -9 than the last half second, and starts again', async () => {
      const url = await start()
      for (let count = 0; count < 10; count += 1) expect((await ask(url)).status).toBe(200)
      await new Promise((resolve) => setTimeout(resolve, 700))
      for (let count = 0; count < 10; count += 1) expect((await ask(url)).status).toBe(200)
      process.kill(gateway.pid, 'SIGKILL')
      await gateway.exited
      const again = await start({}, { cwd: gateway.cwd })
      expect((await ask(again)).status).toBe(200)
      expect(await gateway.stop()).toBe(0)
      const [found] = await gateway.query('SELECT count(*) AS rows FROM inference_logs')
      expect(found?.['rows']).toBeGreaterThanOrEqual(11)
      expect(found?.['rows']).toBeLessThanOrEqual(21)
      expect(await gateway.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
    })
  })
}

/** Two seconds. */
const SLOW = { chunkDelayMs: 50, answerWords: 40 } as const

const CUT = 'The gateway stopped before the answer was complete.'

/** A client that asks again and again by one connection. */
function keptAlive(url: string): { status(): Promise<number | string> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    status: () =>
      new Promise((resolve) => {
        const asking = request(
          `${url}/v1/chat/completions`,
          { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
          (response) => {
            response.resume().on('end', () => resolve(response.statusCode ?? 0))
          },
        )
        asking
          .on('error', () => resolve('refused'))
          .end(JSON.stringify({ model: 'nobody-has-this', messages: [{ role: 'user', content: 'Hello' }] }))
      }),
  }
}
