import { expect, it } from 'vitest'
import type { Question, Tool } from '../client.ts'
import { answerTo } from '../encounter.ts'
import type { Encounter } from '../encounter.ts'

const WEATHER: Tool = {
  name: 'weather',
  description: 'Tells the weather of a city.',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
    required: ['city', 'days'],
    additionalProperties: false,
  },
}

const NEWS: Tool = {
  name: 'news',
  description: 'Tells the news about a topic.',
  parameters: { type: 'object', properties: { topic: { type: 'string' } }, required: ['topic'], additionalProperties: false },
}

export const TOOLS: readonly Tool[] = [WEATHER, NEWS]

export const CALLS = [
  { name: 'weather', arguments: { city: 'simulated', days: 1 } },
  { name: 'news', arguments: { topic: 'simulated' } },
] as const

export const RESULTS = ['sunny, 21 degrees', 'nothing happened'] as const

export function testTools(encounter: Encounter): void {
  it.for([false, true])('calls tools in parallel, and goes on with their results (stream: %s)', async (isStreamed) => {
    const asked = encounter.question({ isStreamed, tools: TOOLS })
    const said = await encounter.session().ask(asked)
    expect(said).toMatchObject({ end: 'tool-calls', calls: CALLS })
    expect(new Set(said.calls.map((call) => call.id)).size).toBe(2)
    const last = await said.reply(RESULTS)
    expect(last).toMatchObject({ text: answerTo(asked), end: 'stop', calls: [] })
    await expectResults(encounter, asked)
  })
}

/** Both results, each behind its call. */
async function expectResults({ seen }: Encounter, asked: Question): Promise<void> {
  const body = (await seen(asked)).at(-1)?.body ?? ''
  const places = [...CALLS.map((call) => `"${call.name}"`), ...RESULTS].map((word) => body.indexOf(word))
  expect(places).not.toContain(-1)
  expect(body.indexOf(RESULTS[0])).toBeLessThan(body.indexOf(RESULTS[1]))
}
