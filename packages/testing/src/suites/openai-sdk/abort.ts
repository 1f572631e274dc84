import { connect } from 'node:net'
import { APIUserAbortError } from 'openai'
import { describe, expect, it } from 'vitest'
import { requestsOf } from './subject.ts'
import type { Subject } from './subject.ts'

/** The client leaves. */
export function testAbort(subject: Subject): void {
  const goneAt = async (): Promise<number | null> => (await subject.first().snapshot()).requests.at(-1)?.clientGoneAtMs ?? null

  describe('abort', () => {
    it('stops the provider within a second when a stream is left', async () => {
      await subject.first().behave({ chunkDelayMs: 50, answerWords: 400 })
      const stream = await subject.client().chat.completions.create({ ...subject.question(), stream: true })
      let seen = 0
      for await (const _ of stream) {
        seen += 1
        if (seen === 3) break
      }
      const leftAt = Date.now()
      await expect.poll(goneAt, { timeout: 2000 }).not.toBeNull()
      expect((await goneAt()) ?? 0).toBeLessThan(leftAt + 1000)
      expect(await requestsOf(subject.second())).toBe(0)
    })

    it('stops the provider within a second when a request is left before its answer', async () => {
      await subject.first().behave({ fault: 'headers-never' })
      const leave = subject.seesCloseBeforeAnswer ? askBySdk(subject) : askBySocket(subject)
      await expect.poll(() => requestsOf(subject.first()), { timeout: 2000, interval: 10 }).toBe(1)
      const leftAt = Date.now()
      await leave()
      await expect.poll(goneAt, { timeout: 2000 }).not.toBeNull()
      expect((await goneAt()) ?? 0).toBeLessThan(leftAt + 1000)
      expect(await requestsOf(subject.second())).toBe(0)
    })

    it('serves the next request as if nothing had been', async () => {
      const completion = await subject.client().chat.completions.create(subject.question())
      expect(completion.choices[0]?.finish_reason).toBe('stop')
    })
  })
}

/** Asks, and returns how to leave. */
function askBySdk(subject: Subject): () => Promise<void> {
  const controller = new AbortController()
  const answer = subject.client().chat.completions.create(subject.question(), { signal: controller.signal })
  const failure = answer.catch((error: unknown) => error)
  return async () => {
    controller.abort()
    expect(await failure).toBeInstanceOf(APIUserAbortError)
  }
}

/** As a client does whose machine or process goes: the connection is reset. */
function askBySocket(subject: Subject): () => Promise<void> {
  const { hostname, port } = new URL(subject.baseUrl())
  const body = JSON.stringify(subject.question())
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    `host: ${hostname}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(subject.token === null ? [] : [`authorization: Bearer ${subject.token}`]),
  ]
  const socket = connect(Number(port), hostname)
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  return async () => {
    socket.resetAndDestroy()
  }
}
