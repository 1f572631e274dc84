import { expect, it } from 'vitest'
import { answerTo } from '../encounter.ts'
import type { Encounter } from '../encounter.ts'

export function testText({ lacks, session, question, seen }: Encounter): void {
  it('answers', async () => {
    const asked = question()
    const said = await session().ask(asked)
    expect(said).toMatchObject({ text: answerTo(asked), end: 'stop', calls: [] })
  })

  it('streams', async () => {
    const pieces: string[] = []
    const asked = question({ isStreamed: true, onText: (piece) => pieces.push(piece) })
    const said = await session().ask(asked)
    expect(said).toMatchObject({ text: answerTo(asked), end: 'stop', calls: [] })
    expect(pieces.join('')).toBe(answerTo(asked))
    expect(pieces.length).toBeGreaterThan(5)
  })

  it.for(lacks('stream-usage') ? [false] : [false, true])('tells the usage that the provider told (stream: %s)', async (isStreamed) => {
    const asked = question({ isStreamed })
    const { usage } = await session().ask(asked)
    const told = (await seen(asked))[0]?.sent.usage
    expect(usage).toEqual({ input: told?.promptTokens, output: told?.completionTokens })
  })

  it('hands the provider what the system says', async () => {
    const asked = question({ system: 'You are terse.' })
    await session().ask(asked)
    const [request] = await seen(asked)
    expect(request?.body).toContain('You are terse.')
  })

  it.for(lacks('length') ? [] : [false, true])('says that an answer was cut at its limit (stream: %s)', async (isStreamed) => {
    const asked = question({ isStreamed, maxTokens: 3 })
    expect(await session().ask(asked)).toMatchObject({ text: 'Simulated answer 0', end: 'length' })
  })
}
