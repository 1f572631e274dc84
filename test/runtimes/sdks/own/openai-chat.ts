import OpenAI, { NotFoundError } from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { expect, it } from 'vitest'
import { z } from 'zod'
import type { Surroundings } from '../client.ts'

/** What the SDK offers beside chat, and its helpers around that. */
export function testOpenAiChat(surroundings: Surroundings): void {
  const { address, model, question } = surroundings
  const client = (): OpenAI => new OpenAI({ baseURL: `${address().url}/v1`, apiKey: address().key })
  const messages = (): [{ role: 'user'; content: string }] => [{ role: 'user', content: question().text }]

  it('parses an answer by a zod schema', async () => {
    const body = { model, messages: messages(), response_format: zodResponseFormat(PLAN, 'plan') }
    const { choices } = await client().chat.completions.parse(body)
    expect(choices[0]?.message.parsed).toEqual({ title: 'simulated', steps: ['simulated'] })
  })

  it('runs tools until there is an answer', async () => {
    const seen: unknown[] = []
    const weather = {
      type: 'function' as const,
      function: {
        name: 'weather',
        description: 'Tells the weather.',
        parameters: CITY,
        parse: JSON.parse,
        function: (argument: unknown) => {
          seen.push(argument)
          return 'sunny'
        },
      },
    }
    const runner = client().chat.completions.runTools({ model, messages: messages(), tools: [weather] })
    expect(await runner.finalContent()).toMatch(/^Simulated answer/)
    expect(seen).toEqual([{ city: 'simulated' }, { city: 'simulated' }])
  })

  it('lists the model, and retrieves it by provider and name', async () => {
    const listed = await Array.fromAsync(client().models.list())
    expect(listed.map(({ id }) => id)).toContain(model.slice(model.indexOf('/') + 1))
    expect(await client().models.retrieve(model)).toMatchObject({ id: model, object: 'model' })
  })

  testCompletions(surroundings, client)
  const test = surroundings.lacks('embeddings') ? testNoEmbeddings : testEmbeddings
  test(surroundings, client)
}

const PLAN = z.object({ title: z.string(), steps: z.array(z.string()) })
const CITY = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false }

function testCompletions({ model, question }: Surroundings, client: () => OpenAI): void {
  it('completes a text', async () => {
    const prompt = question().text
    const completion = await client().completions.create({ model, prompt })
    expect(completion).toMatchObject({ object: 'text_completion', choices: [{ index: 0, finish_reason: 'stop' }] })
    expect(completion.choices[0]?.text).toContain(prompt)
  })

  it('completes a text piece by piece', async () => {
    const prompt = question().text
    const stream = await client().completions.create({ model, prompt, stream: true })
    const texts = (await Array.fromAsync(stream)).flatMap(({ choices }) => choices[0]?.text ?? [])
    expect(texts.join('')).toContain(prompt)
    expect(texts.length).toBeGreaterThan(5)
  })
}

const TEXTS = ['the sun shines', 'nobody came']

function testNoEmbeddings({ model }: Surroundings, client: () => OpenAI): void {
  it('is told that there are no embeddings', async () => {
    await expect(client().embeddings.create({ model, input: TEXTS })).rejects.toBeInstanceOf(NotFoundError)
  })
}

function testEmbeddings({ model }: Surroundings, client: () => OpenAI): void {
  it('embeds texts, packed as the SDK wants it by itself, and as numbers', async () => {
    const packed = await client().embeddings.create({ model, input: TEXTS })
    const plain = await client().embeddings.create({ model, input: TEXTS, encoding_format: 'float' })
    expect(packed.data.map(({ index }) => index)).toEqual([0, 1])
    const [first = [], second] = packed.data.map(({ embedding }) => embedding)
    expect(first.length).toBeGreaterThan(100)
    expect(first).not.toEqual(second)
    expect(first.map(toSingle)).toEqual(plain.data[0]?.embedding.map(toSingle))
  })

  it('embeds one text', async () => {
    const { data, usage } = await client().embeddings.create({ model, input: 'the sun shines' })
    expect(data).toHaveLength(1)
    expect(usage.prompt_tokens).toBe(usage.total_tokens)
  })
}

function toSingle(value: number): number {
  return Math.fround(value)
}
