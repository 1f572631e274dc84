import { ApiError, GoogleGenAI } from '@google/genai'
import { expect, it } from 'vitest'
import type { Surroundings } from '../client.ts'

/** What the SDK offers beside content. */
export function testGoogleGenai(surroundings: Surroundings): void {
  const { address, model, question } = surroundings
  const client = (): GoogleGenAI => new GoogleGenAI({ apiKey: address().key, httpOptions: { baseUrl: address().url } })

  it('counts the tokens of a request', async () => {
    const { totalTokens } = await client().models.countTokens({ model, contents: question().text })
    expect(totalTokens).toBeGreaterThan(0)
  })

  it('lists the model', async () => {
    const names: unknown[] = []
    for await (const { name } of await client().models.list()) names.push(name)
    expect(names).toContain(`models/${model.slice(model.indexOf('/') + 1)}`)
  })

  it('keeps a chat', async () => {
    const [first, second] = [question().text, question().text]
    const chat = client().chats.create({ model })
    expect((await chat.sendMessage({ message: first })).text).toContain(first)
    const pieces: string[] = []
    for await (const chunk of await chat.sendMessageStream({ message: second })) pieces.push(chunk.text ?? '')
    expect(pieces.join('')).toContain(second)
    expect(chat.getHistory().filter(({ role }) => role === 'user')).toHaveLength(2)
  })

  const test = surroundings.lacks('embeddings') ? testNoEmbeddings : testEmbeddings
  test(surroundings, client)
}

const TEXTS = ['the sun shines', 'nobody came']

function testNoEmbeddings({ model }: Surroundings, client: () => GoogleGenAI): void {
  it('is told that there are no embeddings', async () => {
    const failure = await client()
      .models.embedContent({ model, contents: TEXTS })
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ApiError)
    expect(failure).toMatchObject({ status: 404 })
  })
}

function testEmbeddings({ model }: Surroundings, client: () => GoogleGenAI): void {
  it('embeds texts', async () => {
    const { embeddings = [] } = await client().models.embedContent({ model, contents: TEXTS })
    const [first = [], second] = embeddings.map(({ values }) => values)
    expect(embeddings).toHaveLength(2)
    expect(first.length).toBeGreaterThan(100)
    expect(first).not.toEqual(second)
  })

  it('embeds one text', async () => {
    const { embeddings } = await client().models.embedContent({ model, contents: 'the sun shines' })
    expect(embeddings).toHaveLength(1)
  })
}
