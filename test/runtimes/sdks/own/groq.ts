import Groq from 'groq-sdk'
import { expect, it } from 'vitest'
import type { Surroundings } from '../client.ts'

/** What the SDK offers beside chat, at the same addresses of its own. */
export function testGroq({ address, lacks, model }: Surroundings): void {
  const client = (): Groq => new Groq({ baseURL: address().url, apiKey: address().key })

  it('lists the model, and retrieves it by provider and name', async () => {
    const { data } = await client().models.list()
    expect(data.map(({ id }) => id)).toContain(model.slice(model.indexOf('/') + 1))
    expect(await client().models.retrieve(model)).toMatchObject({ id: model, object: 'model' })
  })

  it.for(lacks('embeddings') ? [] : ['the sun shines'])('embeds a text: %s', async (input) => {
    const { data } = await client().embeddings.create({ model, input })
    expect(data[0]?.embedding.length).toBeGreaterThan(100)
  })
}
