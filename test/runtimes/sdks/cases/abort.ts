import { it } from 'vitest'
import type { Encounter } from '../encounter.ts'

export function testAbort({ session, questionFor, seen }: Encounter): void {
  it('stops the provider within a second when it leaves a stream', async ({ expect }) => {
    const controller = new AbortController()
    let heard = 0
    const onText = (): void => {
      heard += 1
      if (heard === 3) controller.abort()
    }
    const asked = questionFor({ chunkDelayMs: 20, answerWords: 500 }, { isStreamed: true, signal: controller.signal, onText })
    await session()
      .ask(asked)
      .catch(() => undefined)
    const leftAt = Date.now()
    const goneAt = async (): Promise<number | null> => (await seen(asked))[0]?.clientGoneAtMs ?? null
    await expect.poll(goneAt, { timeout: 3_000 }).not.toBeNull()
    expect((await goneAt()) ?? 0).toBeLessThan(leftAt + 1_000)
    expect(heard).toBeLessThan(100)
  })
}
