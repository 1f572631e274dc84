import { expect, it } from 'vitest'
import type { JsonSchema } from '../client.ts'
import type { Encounter } from '../encounter.ts'

const PLAN: JsonSchema = {
  type: 'object',
  properties: { title: { type: 'string' }, steps: { type: 'array', items: { type: 'string' } }, isDone: { type: 'boolean' } },
  required: ['title', 'steps', 'isDone'],
  additionalProperties: false,
}

export function testSchema({ lacks, session, question }: Encounter): void {
  it.for(lacks('streamed-schema') ? [false] : [false, true])('answers in JSON that fits a schema (stream: %s)', async (isStreamed) => {
    const said = await session().ask(question({ isStreamed, schema: PLAN }))
    expect(JSON.parse(said.text)).toEqual({ title: 'simulated', steps: ['simulated'], isDone: true })
    expect(said.end).toBe('stop')
  })
}
