import type { ChatAnthropic } from '@langchain/anthropic'
import type { ChatOpenAI } from '@langchain/openai'
import { OpenAIEmbeddings } from '@langchain/openai'
import { expect, it } from 'vitest'
import type { Surroundings } from '../client.ts'

/** What LangChain makes of tools: an answer that fits a schema, by a tool that is forced. */
export function testLangchain(chat: () => ChatOpenAI | ChatAnthropic, { question }: Surroundings): void {
  it('has an answer in the form of a tool that must be called', async () => {
    const structured = chat().withStructuredOutput(PLAN, { name: 'plan', method: 'functionCalling' })
    expect(await structured.invoke(question().text)).toEqual({ title: 'simulated', steps: ['simulated'] })
  })
}

const PLAN = {
  type: 'object',
  properties: { title: { type: 'string' }, steps: { type: 'array', items: { type: 'string' } } },
  required: ['title', 'steps'],
  additionalProperties: false,
}

export function testLangchainEmbeddings({ address, lacks, model }: Surroundings): void {
  it.for(lacks('embeddings') ? [] : [['the sun shines', 'nobody came']])('embeds texts: %j', async (texts) => {
    const { url, key } = address()
    const embeddings = new OpenAIEmbeddings({ model, apiKey: key, maxRetries: 0, configuration: { baseURL: `${url}/v1` } })
    const vectors = await embeddings.embedDocuments(texts)
    expect(vectors).toHaveLength(2)
    expect(vectors[0]?.length).toBeGreaterThan(100)
  })
}
