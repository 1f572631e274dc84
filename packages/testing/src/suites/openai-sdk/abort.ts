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
      const controller = new AbortController()
      const answer = subject.client().chat.completions.create(subject.question(), { signal: controller.signal })
      const failure = answer.catch((error: unknown) => error)
      await expect.poll(() => requestsOf(subject.first()), { timeout: 2000, interval: 10 }).toBe(1)
      controller.abort()
      const leftAt = Date.now()
      expect(await failure).toBeInstanceOf(APIUserAbortError)
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
