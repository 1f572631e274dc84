import { expect, it } from 'vitest'
import { answerTo } from '../encounter.ts'
import type { Encounter } from '../encounter.ts'
import { CALLS, RESULTS, TOOLS } from './tools.ts'

export function testThinking({ client, vendor, session, question }: Encounter): void {
  const isShown = !client.lacks?.includes('thoughts') && !vendor.lacks?.includes('thoughts')

  it.for([false, true])('thinks before a tool, and goes on from there (stream: %s)', async (isStreamed) => {
    const asked = question({ isStreamed, thinks: true, tools: TOOLS })
    const said = await session().ask(asked)
    expect(said.calls).toMatchObject(CALLS)
    expect(said.thought).toMatch(isShown ? /^Thinking step1/ : /^/)
    expect(await said.reply(RESULTS)).toMatchObject({ text: answerTo(asked), end: 'stop' })
  })
}
