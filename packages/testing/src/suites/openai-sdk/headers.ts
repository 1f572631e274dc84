import { describe, expect, it } from 'vitest'
import type { Subject } from './subject.ts'

/** What a gateway says about an answer beside it. */
export function testHeaders(subject: Subject): void {
  const { first, second } = subject.providers
  const ask = (): Promise<{ request_id: string | null }> => subject.client().chat.completions.create(subject.question()).withResponse()

  describe('headers', () => {
    it.each([false, true])('say who answered, how it was chosen and after how many attempts (stream: %s)', async (stream) => {
      const { response, request_id } = await subject
        .client()
        .chat.completions.create({ ...subject.question(), stream })
        .withResponse()
      await response.body?.cancel().catch(() => undefined)
      expect(request_id).toMatch(/^[A-Za-z0-9_-]{1,128}$/)
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'x-provider-used': first,
        'x-model-used': subject.model,
        'x-routing-strategy': 'cost-optimized',
        'x-gateway-attempts': '1',
      })
    })

    it('give every request its own id', async () => {
      const answers = await Promise.all(Array.from({ length: 5 }, ask))
      const ids = answers.map((answer) => answer.request_id)
      expect(new Set(ids).size).toBe(5)
    })

    it('keep proxies from buffering a stream', async () => {
      const { data, response } = await subject
        .client()
        .chat.completions.create({ ...subject.question(), stream: true })
        .withResponse()
      await Array.fromAsync(data)
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
      expect(response.headers.get('cache-control')).toContain('no-cache')
      expect(response.headers.get('x-accel-buffering')).toBe('no')
    })

    it('are there on the list of models too', async () => {
      const { response } = await subject.client().models.list().withResponse()
      expect(response.headers.get('x-request-id')).toMatch(/^[A-Za-z0-9_-]{1,128}$/)
    })

    it('choose a strategy', async () => {
      const headers = { 'x-routing-strategy': 'local-first' }
      const { response } = await subject.client().chat.completions.create(subject.question(), { headers }).withResponse()
      expect(response.headers.get('x-routing-strategy')).toBe('local-first')
    })

    it('are not needed to address one provider: provider/model does', async () => {
      const question = { ...subject.question(), model: `${second}/${subject.model}` }
      const { response } = await subject.client().chat.completions.create(question).withResponse()
      expect(response.headers.get('x-provider-used')).toBe(second)
      const body: unknown = JSON.parse((await subject.second().snapshot()).requests.at(-1)?.body ?? '')
      expect(body).toMatchObject({ model: subject.model })
    })
  })
}
