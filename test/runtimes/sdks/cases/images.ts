import { expect, it } from 'vitest'
import { answerTo } from '../encounter.ts'
import type { Encounter } from '../encounter.ts'

/** One transparent pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

export function testImages({ session, question, seen }: Encounter): void {
  it('shows the provider an image', async () => {
    const asked = question({ image: PIXEL })
    expect((await session().ask(asked)).text).toBe(answerTo(asked))
    const [request] = await seen(asked)
    expect(request?.body).toContain(PIXEL)
  })
}
