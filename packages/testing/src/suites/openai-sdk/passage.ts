import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { CLIENT_KEY } from './subject.ts'
import type { Subject } from './subject.ts'

const sentBody = z.looseObject({ stream_options: z.optional(z.unknown()), messages: z.unknown(), x_own: z.optional(z.unknown()) })

/** What goes through a gateway untouched, and what does not. */
export function testPassage(subject: Subject): void {
  const bodySeen = async (): Promise<z.infer<typeof sentBody>> => {
    const { requests } = await subject.first().snapshot()
    return sentBody.parse(JSON.parse(requests.findLast((request) => request.method === 'POST')?.body ?? ''))
  }

  describe('passage', () => {
    it('hands the provider fields that nobody knows', async () => {
      await subject.client().chat.completions.create({ ...subject.question(), ...UNKNOWN })
      expect(await bodySeen()).toMatchObject(UNKNOWN)
      await Array.fromAsync(await subject.client().chat.completions.create({ ...subject.question(), ...UNKNOWN, stream: true }))
      expect(await bodySeen()).toMatchObject(UNKNOWN)
    })

    it('hands the client fields that nobody knows', async () => {
      const completion = await subject.client().chat.completions.create(subject.question())
      expect(completion).toMatchObject({ x_simulated: { upstream: SOME_NAME }, service_tier: 'default' })
      const chunks = await Array.fromAsync(await subject.client().chat.completions.create({ ...subject.question(), stream: true }))
      expect(chunks[1]).toMatchObject({ x_simulated: { upstream: SOME_NAME } })
    })

    it('hands the provider images and files as they came', async () => {
      const content = [
        { type: 'text' as const, text: 'what is this?' },
        { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' as const } },
        { type: 'file' as const, file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
      ]
      const messages = [{ role: 'user' as const, content }]
      await subject.client().chat.completions.create({ model: subject.model, messages })
      expect((await bodySeen()).messages).toEqual(messages)
    })

    it('asks the provider for usage even where the client did not', async () => {
      await Array.fromAsync(await subject.client().chat.completions.create({ ...subject.question(), stream: true }))
      expect((await bodySeen()).stream_options).toMatchObject({ include_usage: true })
    })

    it('hands the provider neither the client’s key nor its headers', async () => {
      const headers = { cookie: 'a=b', 'x-forwarded-for': '10.0.0.1', 'x-own': '1' }
      await subject.client().chat.completions.create(subject.question(), { headers })
      const seen = (await subject.first().snapshot()).requests.at(-1)?.headers ?? {}
      expect(seen['content-type']).toContain('application/json')
      expect(JSON.stringify(seen)).not.toContain(subject.token ?? CLIENT_KEY)
      expect(Object.keys(seen)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(cookie|x-forwarded-for|x-own|x-stainless)/)]))
    })
  })
}

const SOME_NAME: unknown = expect.any(String)

const UNKNOWN = { x_own: { nested: [1, null, 'ü'] }, x_large: 9007199254740991 }
