import Anthropic from '@anthropic-ai/sdk'
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema'
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
import { expect, it } from 'vitest'
import { z } from 'zod'
import type { Surroundings } from '../client.ts'

/** What the SDK offers beside messages, and its helpers around them. */
export function testAnthropic({ address, model, question }: Surroundings): void {
  const client = (): Anthropic => new Anthropic({ baseURL: address().url, apiKey: address().key })
  const body = () => ({ model, max_tokens: 1024, messages: [{ role: 'user' as const, content: question().text }] })

  it('counts the tokens of a request, and says where that is a guess', async () => {
    const { messages } = body()
    const { data, response } = await client().messages.countTokens({ model, messages }).withResponse()
    const { usage } = await client().messages.create({ ...body(), messages })
    const isGuess = response.headers.get('x-gateway-warnings')?.includes('count_tokens') ?? false
    expect(isGuess).toBe(!model.startsWith('claude/'))
    expect(data.input_tokens).toBeGreaterThan(0)
    expect(isGuess || data.input_tokens === usage.input_tokens).toBe(true)
  })

  it('lists the model, and retrieves it by provider and name', async () => {
    const listed = await Array.fromAsync(client().models.list())
    expect(listed.map(({ id }) => id)).toContain(model.slice(model.indexOf('/') + 1))
    expect(await client().models.retrieve(model)).toMatchObject({ id: model, type: 'model' })
  })

  it('parses an answer by a zod schema', async () => {
    const format = zodOutputFormat(z.object({ title: z.string(), steps: z.array(z.string()) }))
    const message = await client().messages.parse({ ...body(), output_config: { format } })
    expect(message.parsed_output).toEqual({ title: 'simulated', steps: ['simulated'] })
  })

  it('streams all events in their order', async () => {
    const events = await Array.fromAsync(await client().messages.create({ ...body(), stream: true }))
    const types = events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1])
    expect(types).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
  })

  it.for([false, true])('runs tools until there is an answer (stream: %s)', async (stream) => {
    const seen: unknown[] = []
    const weather = betaTool({
      name: 'weather',
      description: 'Tells the weather.',
      inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
      run: (input) => {
        seen.push(input)
        return 'sunny'
      },
    })
    const message = await client().beta.messages.toolRunner({ ...body(), stream, tools: [weather] })
    expect(message.content).toMatchObject([{ type: 'text' }])
    expect(seen).toEqual([{ city: 'simulated' }, { city: 'simulated' }])
  })
}
