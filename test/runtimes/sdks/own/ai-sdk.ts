import { embedMany, generateObject, generateText, isStepCount, jsonSchema, streamObject, streamText, tool } from 'ai'
import type { EmbeddingModel, LanguageModel } from 'ai'
import { expect, it } from 'vitest'
import type { Address, Surroundings } from '../client.ts'

/** One of the packages by which the AI SDK speaks to vendors. */
export interface Dialect {
  readonly model: (gateway: Address, model: string) => LanguageModel
  /** Absent where its vendor has none. */
  readonly embeddingModel?: (gateway: Address, model: string) => EmbeddingModel
  /** What it is told beside every question. */
  readonly options: ProviderOptions
}

export type ProviderOptions = Record<string, Record<string, string | boolean | Record<string, string | number | boolean>>>

/** What the AI SDK does by itself over several requests. */
export function testAiSdk(dialect: Dialect, surroundings: Surroundings): void {
  const { address, model, question } = surroundings
  const settings = () => ({
    model: dialect.model(address(), model),
    prompt: question().text,
    maxRetries: 0,
    providerOptions: dialect.options,
    stopWhen: isStepCount(3),
  })

  it('goes from a tool to an answer by itself', async () => {
    const { seen, tools } = weather()
    const { steps, text } = await generateText({ ...settings(), tools })
    expect(steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'stop'])
    expect(text).toMatch(/^Simulated answer/)
    expect(seen).toEqual([{ city: 'simulated' }, { city: 'simulated' }])
  })

  it('goes from a tool to an answer by itself, and streams both', async () => {
    const { seen, tools } = weather()
    const result = streamText({ ...settings(), tools, onError: () => {} })
    const pieces = await Array.fromAsync(result.textStream)
    expect((await result.steps).map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'stop'])
    expect(pieces.join('')).toMatch(/^Simulated answer/)
    expect(seen).toHaveLength(2)
  })

  testObjects(dialect, surroundings)
  testEmbeddings(dialect, surroundings)
}

/** By the functions that `Output.object` has replaced, and that most code still calls. */
function testObjects(dialect: Dialect, { address, lacks, model, question }: Surroundings): void {
  const settings = () => ({
    model: dialect.model(address(), model),
    prompt: question().text,
    maxRetries: 0,
    providerOptions: dialect.options,
    schema: jsonSchema(PLAN),
  })

  it('generates an object', async () => {
    // oxlint-disable-next-line typescript/no-deprecated
    const { object } = await generateObject(settings())
    expect(object).toEqual({ title: 'simulated', steps: ['simulated'] })
  })

  it.for(lacks('streamed-schema') ? [] : ['title'])('streams an object as it grows, from its %s', async (first) => {
    // oxlint-disable-next-line typescript/no-deprecated
    const { object, partialObjectStream } = streamObject({ ...settings(), onError: () => {} })
    const grown = await Array.fromAsync(partialObjectStream)
    expect(Object.keys(Object(grown.find((partial) => Object.keys(Object(partial)).length > 0)))).toEqual([first])
    expect(await object).toEqual({ title: 'simulated', steps: ['simulated'] })
  })
}

const PLAN = {
  type: 'object',
  properties: { title: { type: 'string' }, steps: { type: 'array', items: { type: 'string' } } },
  required: ['title', 'steps'],
  additionalProperties: false,
} as const

function weather() {
  const seen: unknown[] = []
  const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false } as const
  const execute = async (input: unknown): Promise<string> => {
    seen.push(input)
    return 'sunny'
  }
  return { seen, tools: { weather: tool({ description: 'Tells the weather.', inputSchema: jsonSchema(city), execute }) } }
}

function testEmbeddings({ embeddingModel }: Dialect, { address, lacks, model }: Surroundings): void {
  const values = ['the sun shines', 'nobody came']
  for (const make of embeddingModel && !lacks('embeddings') ? [embeddingModel] : []) {
    it('embeds texts', async () => {
      const { embeddings } = await embedMany({ model: make(address(), model), values, maxRetries: 0 })
      expect(embeddings).toHaveLength(2)
      expect(embeddings[0]?.length).toBeGreaterThan(100)
    })
  }
}
