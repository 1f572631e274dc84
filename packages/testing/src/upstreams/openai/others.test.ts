import { createHash } from 'node:crypto'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startUpstream } from '../upstream.ts'
import type { Upstream } from '../upstream.ts'

let upstream: Upstream
let client: OpenAI

beforeAll(async () => {
  upstream = await startUpstream({ name: 'a', models: ['sim-chat', 'sim-embed'] })
  client = new OpenAI({ baseURL: `${upstream.url}/v1`, apiKey: 'any', maxRetries: 0 })
})

beforeEach(() => upstream.reset())

afterAll(() => upstream.close())

const hash = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('the simulated Completions API', () => {
  const basic = { model: 'sim-chat', prompt: 'one two' }

  it('completes a text, with the prompt before it where that is asked for', async () => {
    const completion = await client.completions.create(basic)
    expect(completion.choices[0]).toMatchObject({ text: 'Simulated answer 0 to: one two — naïve ✓ 😀 done.', finish_reason: 'stop' })
    expect(completion.usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 11, total_tokens: 13 })
    expect((await client.completions.create({ ...basic, echo: true })).choices[0]?.text).toMatch(/^one twoSimulated/)
    expect(upstream.totals).toMatchObject({ requests: 2, promptTokens: 4, completionTokens: 22 })
  })

  it('completes several texts, several times each, and texts that come as tokens', async () => {
    const several = await client.completions.create({ model: 'sim-chat', prompt: ['one', 'two'], n: 2 })
    expect(several.choices.map(({ index, text }) => [index, /to: (\w+)/.exec(text)?.[1]])).toEqual([
      [0, 'one'],
      [1, 'one'],
      [2, 'two'],
      [3, 'two'],
    ])
    const tokens = await client.completions.create({ model: 'sim-chat', prompt: [[5, 6, 7], [8]] })
    expect(tokens.choices.map((choice) => choice.text.slice(0, 33))).toEqual([
      'Simulated answer 0 to: tokens 5 6',
      'Simulated answer 0 to: tokens 8 —',
    ])
    expect(tokens.usage?.prompt_tokens).toBe(4)
    expect((await client.completions.create({ model: 'sim-chat', prompt: [5, 6, 7] })).choices).toHaveLength(1)
  })

  it('streams, with usage where it is asked for, and breaks off as it is told to', async () => {
    const read = async (): Promise<OpenAI.Completion[]> => {
      const chunks: OpenAI.Completion[] = []
      for await (const chunk of await client.completions.create({ ...basic, stream: true, stream_options: { include_usage: true } }))
        chunks.push(chunk)
      return chunks
    }
    const chunks = await read()
    expect(chunks.map((chunk) => chunk.choices[0]?.text ?? '').join('')).toBe('Simulated answer 0 to: one two — naïve ✓ 😀 done.')
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 11 } })
    await upstream.behave('error-mid-stream')
    await expect(read()).rejects.toThrow(/server had an error/)
  })

  it('stops at 16 tokens where nothing else is said', async () => {
    const { choices } = await client.completions.create({ model: 'sim-chat', prompt: 'a b c d e f g h i j k l m n' })
    expect(choices[0]?.finish_reason).toBe('length')
  })
})

describe('the simulated Embeddings API', () => {
  it('gives the same vector as numbers and as base64, in the dimensions that are asked for', async () => {
    const ask = (format: 'float' | 'base64'): Promise<OpenAI.CreateEmbeddingResponse> =>
      client.embeddings.create({ model: 'sim-embed', input: ['a cat', 'the dog'], dimensions: 12, encoding_format: format })
    const [floats, packed] = [await ask('float'), await ask('base64')]
    const decoded = packed.data.map(({ embedding }) => new Float32Array(Uint8Array.from(Buffer.from(String(embedding), 'base64')).buffer))
    expect(floats.data.map(({ embedding }) => embedding.map((value) => Math.fround(value)))).toEqual(decoded.map((values) => [...values]))
    expect(floats.usage).toEqual({ prompt_tokens: 4, total_tokens: 4 })
    expect(upstream.totals).toMatchObject({ requests: 2, promptTokens: 8, completionTokens: 0 })
  })

  it('puts texts that share words closer together than others, and takes tokens', async () => {
    const { data } = await client.embeddings.create({ model: 'sim-embed', input: ['the black cat', 'a black cat', 'rain in june'] })
    const [cat, other, rain] = data.map(({ embedding }) => embedding)
    const product = (one: number[] = [], two: number[] = []): number =>
      one.reduce((sum, value, index) => sum + value * (two[index] ?? 0), 0)
    expect(product(cat, cat)).toBeCloseTo(1)
    expect(product(cat, other)).toBeGreaterThan(0.5)
    expect(product(cat, rain)).toBeLessThan(0.2)
    expect(cat).toHaveLength(1536)
    expect((await client.embeddings.create({ model: 'sim-embed', input: [[1, 2], [3]] })).usage.prompt_tokens).toBe(3)
  })

  it('fails as it is told to', async () => {
    await upstream.behave({ fault: 'status-503', times: 1 })
    await expect(client.embeddings.create({ model: 'sim-embed', input: 'x' })).rejects.toMatchObject({ status: 503 })
    await expect(client.embeddings.create({ model: 'none', input: 'x' })).rejects.toMatchObject({ status: 404 })
  })
})

describe('the other APIs of OpenAI', () => {
  it('say truthfully what came', async () => {
    const body = JSON.stringify({ model: 'sim-chat', query: 'q', documents: ['a', 'b'] })
    const response = await fetch(`${upstream.url}/v1/rerank?x=1`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    expect(await response.json()).toMatchObject({
      results: [{ index: 0 }, { index: 1 }],
      x_echo: {
        method: 'POST',
        path: '/v1/rerank?x=1',
        contentType: 'application/json',
        model: 'sim-chat',
        bytes: body.length,
        sha256: hash(body),
      },
      x_simulated: { upstream: 'a' },
    })
  })

  it('read forms with their files, whole', async () => {
    const audio = Uint8Array.from({ length: 3000 }, (_, index) => index % 256)
    const transcript = await client.audio.transcriptions.create({ model: 'sim-chat', file: await toFile(audio, 'talk.mp3') })
    expect(transcript).toMatchObject({
      text: `Simulated transcript of talk.mp3 ${hash(audio)}`,
      usage: { type: 'tokens', input_tokens: 20 },
    })
    expect(upstream.totals).toMatchObject({ requests: 1, promptTokens: 20, completionTokens: 5 })
    const file = await client.files.create({ purpose: 'batch', file: await toFile(audio, 'list.jsonl') })
    expect(file).toMatchObject({ object: 'file', filename: 'list.jsonl', purpose: 'batch' })
    expect(await (await client.files.content(file.id)).text()).toBe(`content of ${file.id}`)
    expect(await client.files.delete(file.id)).toMatchObject({ deleted: true })
  })

  it('moderate, draw and speak', async () => {
    const judged = await client.moderations.create({ model: 'sim-chat', input: 'refuse me' })
    expect(judged.results[0]?.flagged).toBe(true)
    const drawn = await client.images.generate({ model: 'sim-chat', prompt: 'a cat' })
    expect(drawn).toMatchObject({ data: [{ b64_json: expect.any(String) }], usage: { total_tokens: 110 } })
    const spoken = await client.audio.speech.create({ model: 'sim-chat', voice: 'alloy', input: 'hi' })
    expect([...new Uint8Array(await spoken.arrayBuffer())]).toEqual(Array.from({ length: 256 }, (_, index) => index))
  })

  it('do not know other models or paths', async () => {
    await expect(client.moderations.create({ model: 'none', input: 'x' })).rejects.toMatchObject({ status: 404 })
    expect((await fetch(`${upstream.url}/v1/fine_tuning/jobs`, { method: 'POST', body: '{}' })).status).toBe(404)
  })
})
