import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { spawnUpstream, type UpstreamControl } from '@gateway/testing/upstreams'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { http, rawUpstream, type RawUpstream } from './raw-upstream.ts'
import { MACHINES, type RunningGateway } from './runtimes.ts'

const ANSWER = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'raw',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
})
const chunk = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'raw', choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason: finish }] })}\n\n`
const STREAM = `${chunk('Hi')}${chunk('', 'stop')}data: [DONE]\n\n`
const BOMB = gzipSync(Buffer.alloc(200_000_000))
const UPSTREAM_KEY = 'sk-canary-upstream-0123456789'
/** How much one stream of the flood says, in bytes. */
const FLOOD_BYTES = 30_000_000

/** What hostile or careless servers send. */
const ACTS: Readonly<Record<string, (socket: Socket) => void>> = {
  plain: (socket) => socket.write(http('application/json', ANSWER)),
  compressed: (socket) => socket.write(http('application/json', gzipSync(ANSWER), 'content-encoding: gzip\r\n')),
  'compressed-stream': (socket) => socket.write(http('text/event-stream', gzipSync(STREAM), 'content-encoding: gzip\r\n')),
  bomb: (socket) => socket.write(http('application/json', BOMB, 'content-encoding: gzip\r\n')),
  redirect: (socket) => socket.write('HTTP/1.1 307 Elsewhere\r\nlocation: /v1/redirected\r\ncontent-length: 0\r\n\r\n'),
  cookie: (socket) => socket.write(http('application/json', ANSWER, 'set-cookie: session=canary\r\nx-inner: canary\r\n')),
  twice: (socket) => socket.write(Buffer.concat([http('application/json', ANSWER), http('application/json', '{"answer":"of another"}')])),
  hints: (socket) => {
    for (let count = 0; count < 20_000; count += 1) socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n')
    socket.write(http('application/json', ANSWER))
  },
  switching: (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'),
  'endless-head': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    const timer = setInterval(() => socket.write(`x-a: ${'a'.repeat(50_000)}\r\n`), 1)
    socket.on('close', () => clearInterval(timer))
  },
  'never-closes': (socket) => socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${STREAM}`),
  flood: (socket) => void flood(socket),
}

for (const machine of MACHINES) {
  describe(`${machine.name} in a hostile world`, { timeout: 20_000 }, () => {
    let raw: RawUpstream
    let simulated: UpstreamControl
    let gateway: RunningGateway

    beforeAll(async () => {
      raw = await rawUpstream(ACTS)
      simulated = await spawnUpstream({ name: 'first' })
      const configuration = {
        providers: {
          raw: { kind: 'openai-compatible', baseUrl: raw.url, apiKey: { env: 'UPSTREAM_KEY' }, serves: ['raw'] },
          first: { kind: 'openai-compatible', baseUrl: simulated.url },
        },
        routing: { failover: { maxAttempts: 1 } },
        log: { level: 'error' },
      }
      gateway = await machine.start({ configuration, env: { UPSTREAM_KEY, NODE_OPTIONS: '--unhandled-rejections=strict' } })
    }, 30_000)

    afterAll(async () => {
      await gateway?.stop(3_000)
      await Promise.all([raw?.close(), simulated?.close()])
    })

    const ask = (act: string, { path = '/v1/chat/completions', stream = false } = {}): Promise<Response> =>
      fetch(gateway.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'raw', act, stream, messages: [{ role: 'user', content: 'Hello' }] }),
      })

    it.each(['/v1/chat/completions', '/v1/images/generations'])('reads what is compressed unasked, at %s', async (path) => {
      const response = await ask('compressed', { path })
      expect([response.status, await response.text()]).toEqual([200, ANSWER])
    })

    it('reads a stream that is compressed unasked', async () => {
      expect(await (await ask('compressed-stream', { stream: true })).text()).toBe(STREAM)
    })

    it('holds no more of an answer than it takes', async () => {
      const before = residentMegabytes(gateway.pid)
      expect((await ask('bomb')).status).toBe(503)
      expect(residentMegabytes(gateway.pid) - before).toBeLessThan(250)
    })

    it.each(['redirect', 'switching', 'endless-head'])('takes no %s for an answer', async (act) => {
      const response = await ask(act)
      const text = await response.text()
      expect(response.status).toBe(503)
      expect(text).not.toContain(new URL(raw.url).host)
      expect(raw.seen.some((head) => head.includes('redirected'))).toBe(false)
    })

    it.each(['cookie', 'twice', 'hints'])('passes on the answer alone of a provider that sends %s', async (act) => {
      const response = await ask(act)
      expect([response.status, await response.text()]).toEqual([200, ANSWER])
      expect(JSON.stringify([...response.headers])).not.toContain('canary')
      expect(await (await ask('plain')).text()).toBe(ANSWER)
    })

    it('ends a stream that its provider leaves open', async () => {
      expect(await (await ask('never-closes', { stream: true })).text()).toBe(STREAM)
    })

    it.each([
      ['/v1/..%2fadmin', []],
      ['/v1/%2e%2e/admin', []],
      ['/v1/files/%2e%2e/%2e%2e/admin', []],
      ['//v1/files', []],
      ['/v1//files', []],
      ['/v1/files%2f..%2f..%2fadmin', []],
      ['/v1/files;a=b', []],
      ['/v1/%252e%252e/admin', []],
      ['/v1/files/..%5c..%5cadmin', []],
      ['http://elsewhere.test/v1/files', ['GET /v1/files HTTP/1.1']],
      ['/v1/files?x=/../admin', ['GET /v1/files?x=/../admin HTTP/1.1']],
    ])('lets a provider see of %s only what is allowed', async (path, lines) => {
      const before = raw.seen.length
      await exchange(gateway.url, `GET ${path} HTTP/1.1\r\nHost: elsewhere.test\r\nCookie: a=b\r\nConnection: close\r\n\r\n`)
      const seen = raw.seen.slice(before)
      expect(seen.map((head) => head.split('\r\n')[0])).toEqual(lines)
      expect(seen.join('')).not.toMatch(/cookie|elsewhere/i)
    })

    it('answers one request alone where its two lengths disagree', async () => {
      const body = JSON.stringify({ model: 'raw', act: 'plain', messages: [{ role: 'user', content: 'Hello' }] })
      const smuggled = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\nGET /v1/files HTTP/1.1\r\nHost: a\r\n\r\n`
      const head = 'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\ncontent-type: application/json\r\nTransfer-Encoding: chunked\r\n'
      const before = raw.seen.length
      expect(await exchange(gateway.url, `${head}Content-Length: 4\r\nConnection: close\r\n\r\n${smuggled}`)).toMatch(/^HTTP\/1.1 400 /)
      expect(raw.seen.length).toBe(before)
    })

    it('holds a provider back for clients that hardly read', async () => {
      const before = residentMegabytes(gateway.pid)
      const body = JSON.stringify({ model: 'raw', act: 'flood', stream: true, messages: [{ role: 'user', content: 'Hello' }] })
      const sockets = Array.from({ length: 20 }, () => slowReader(gateway.url, body))
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      expect(residentMegabytes(gateway.pid) - before).toBeLessThan((20 * FLOOD_BYTES) / 1_000_000 / 3)
      for (const socket of sockets) socket.destroy()
    })

    it('lets go of 300 streams within a second when all their clients leave, and serves on', async () => {
      await simulated.behave({ chunkDelayMs: 500, answerWords: 1_000 })
      const body = JSON.stringify({ model: 'sim-chat', stream: true, messages: [{ role: 'user', content: 'Hello' }] })
      const sockets = await Promise.all(Array.from({ length: 300 }, () => openStream(gateway.url, body)))
      const leftAt = Date.now()
      for (const socket of sockets) socket.destroy()
      const open = async (): Promise<number> => (await simulated.snapshot()).requests.filter(isOpen).length
      await expect.poll(open, { timeout: 3_000 }).toBe(0)
      const { requests } = await simulated.snapshot()
      const worst = Math.max(...requests.map(({ clientGoneAtMs }) => (clientGoneAtMs ?? leftAt) - leftAt))
      expect(worst).toBeLessThan(1_000)
      await simulated.reset()
      const rows = async (): Promise<unknown> => gateway.query(`SELECT count(*) AS rows FROM inference_logs WHERE status = 'cancelled'`)
      await expect.poll(rows, { timeout: 3_000 }).toEqual([{ rows: expect.toSatisfy((count: number) => count >= 300) }])
      expect((await ask('plain')).status).toBe(200)
    })

    it('has lost no rejection on the way, and said no key', () => {
      expect(gateway.output()).not.toMatch(/unhandled|rejection|TypeError/i)
      expect(gateway.output()).not.toContain(UPSTREAM_KEY)
    })
  })
}

async function flood(socket: Socket): Promise<void> {
  const piece = Buffer.from(chunk('x'.repeat(16_000)))
  socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n')
  for (let sent = 0; sent < FLOOD_BYTES && !socket.destroyed; sent += piece.length) {
    if (!socket.write(piece)) await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve))
    socket.removeAllListeners('drain')
  }
}

/** Everything that comes back until the connection closes. */
function exchange(url: string, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('data', (data) => (text += data.toString('latin1')))
    socket.on('error', () => socket.destroy()).on('close', () => resolve(text))
    socket.setTimeout(3_000, () => socket.destroy())
    socket.write(bytes)
  })
}

function post(url: string, body: string): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {})
  const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`
  socket.write(`${head}\r\n\r\n${body}`)
  return socket
}

/** Takes 1 kB a second. */
function slowReader(url: string, body: string): Socket {
  const socket = post(url, body)
  const timer = setInterval(() => socket.read(100), 100)
  return socket.pause().on('close', () => clearInterval(timer))
}

function openStream(url: string, body: string): Promise<Socket> {
  const socket = post(url, body)
  return new Promise((resolve) => socket.once('data', () => resolve(socket)))
}

function isOpen({ clientGoneAtMs, body }: { readonly clientGoneAtMs: number | null; readonly body: string }): boolean {
  return clientGoneAtMs === null && body !== ''
}

/** Of a process of Linux. */
function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}
