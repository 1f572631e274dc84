import { expect, it } from 'vitest'
import { answerTo } from '../encounter.ts'
import type { Encounter } from '../encounter.ts'
import { CALLS, RESULTS, TOOLS } from './tools.ts'

export function testThinking({ lacks, session, question }: Encounter): void {
  it.for([false, true])('thinks before a tool, and goes on from there (stream: %s)', async (isStreamed) => {
    const asked = question({ isStreamed, thinks: true, tools: TOOLS })
    const said = await session().ask(asked)
    expect(said.calls).toMatchObject(CALLS)
    expect(said.thought).toMatch(lacks('thoughts') ? /^/ : /^Thinking step1/)
    expect(await said.reply(RESULTS)).toMatchObject({ text: answerTo(asked), end: 'stop' })
  })
}
