import OpenAI, { BadRequestError } from 'openai'
import { zodTextFormat } from 'openai/helpers/zod'
import { expect, it } from 'vitest'
import { z } from 'zod'
import type { Surroundings } from '../client.ts'

/** What Responses has beside what all clients have. */
export function testOpenAiResponses({ address, model, question }: Surroundings): void {
  const client = (): OpenAI => new OpenAI({ baseURL: `${address().url}/v1`, apiKey: address().key })

  it('parses an answer by a zod schema', async () => {
    const plan = zodTextFormat(z.object({ title: z.string(), steps: z.array(z.string()) }), 'plan')
    const response = await client().responses.parse({ model, input: question().text, text: { format: plan }, store: false })
    expect(response.output_parsed).toEqual({ title: 'simulated', steps: ['simulated'] })
  })

  it('streams all events in their order, each with its number', async () => {
    const stream = await client().responses.create({ model, input: question().text, stream: true, store: false })
    const events = await Array.fromAsync(stream)
    const types = events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1])
    expect(types).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ])
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index))
  })

  it('takes a conversation of the simple kind', async () => {
    const [before, after] = [question().text, question().text]
    const input = [
      { role: 'user' as const, content: before },
      { role: 'assistant' as const, content: 'I see.' },
      { role: 'user' as const, content: after },
    ]
    const { output_text: text } = await client().responses.create({ model, input, store: false })
    expect(text).toContain(after)
  })

  it('is told which field asks for something that nobody has stored', async () => {
    const asked = client().responses.create({ model, input: question().text, previous_response_id: 'resp_unknown' })
    const failure = await asked.catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(BadRequestError)
    expect(failure).toMatchObject({ param: 'previous_response_id' })
  })
}
