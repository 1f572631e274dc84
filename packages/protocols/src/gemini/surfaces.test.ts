import { GatewayError, ReplyError, usageFrom } from '@gateway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createJsonArrayWriter, gemini, geminiEmbeddings, geminiTokenCount } from './index.ts'

describe('embeddings', () => {
  const item = {
    content: [{ type: 'text' as const, text: 'Hi' }],
    taskType: 'RETRIEVAL_QUERY',
    dimensions: 768,
    rest: { autoTruncate: true },
  }

  it('are asked for one by one and in batches, and read back', () => {
    const one = geminiEmbeddings.writeRequest(item)
    expect(one).toEqual({
      value: { content: { parts: [{ text: 'Hi' }] }, taskType: 'RETRIEVAL_QUERY', outputDimensionality: 768, autoTruncate: true },
      warnings: [],
    })
    expect(geminiEmbeddings.readRequest(one.value, 'models/e')).toEqual({ model: 'e', items: [item] })
    const batch = { model: 'e', items: [item, { content: [{ type: 'text' as const, text: 'Yo' }] }] }
    const written = geminiEmbeddings.writeBatchRequest(batch).value
    expect(written).toMatchObject({ requests: [{ model: 'models/e' }, { model: 'models/e' }] })
    expect(geminiEmbeddings.readBatchRequest(written, 'e')).toEqual(batch)
  })

  it.each([
    [{}, 'requests'],
    [{ requests: [{}] }, 'requests[0].content'],
    [{ requests: [{ model: 'models/other', content: {} }] }, 'requests[0].model'],
    [{ requests: [{ content: {}, output_dimensionality: 0.5 }] }, 'requests[0].outputDimensionality'],
  ])('of %j are refused by name', (body, param) => {
    expect(() => geminiEmbeddings.readBatchRequest(body, 'e')).toThrow(expect.objectContaining({ name: GatewayError.name, param }))
  })

  it('are floats that come back as they were', () => {
    const vectors = fc.array(
      fc.array(
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
        { minLength: 1 },
      ),
      { minLength: 1 },
    )
    const usage = usageFrom({ input: 3 }, 'provider')
    fc.assert(
      fc.property(vectors, (given) => {
        const batch = geminiEmbeddings.writeBatchReply({ vectors: given, usage })
        expect(geminiEmbeddings.readReply(JSON.parse(JSON.stringify(batch)))).toEqual({ vectors: given, usage })
        const single = geminiEmbeddings.writeReply({ vectors: given, usage })
        expect(geminiEmbeddings.readReply(JSON.parse(JSON.stringify(single)))).toEqual({ vectors: given.slice(0, 1), usage })
      }),
      { numRuns: 1000 },
    )
  })

  it.each([{}, { embedding: {} }, { embeddings: [{ values: ['1'] }] }, { error: { code: 500 } }])(
    'of the answer %j are a failure',
    (body) => {
      expect(() => geminiEmbeddings.readReply(body)).toThrow(ReplyError)
    },
  )
})

describe('a count of tokens', () => {
  it('is asked for contents alone, and for whatever else a request says', () => {
    const messages = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hi' }] }]
    const request = { model: 'm', messages, isStreaming: false, wantsStreamUsage: true }
    const short = geminiTokenCount.writeRequest(request).value
    expect(short).toEqual({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] })
    expect(geminiTokenCount.readRequest(short, 'm')).toEqual(request)
    const long = geminiTokenCount.writeRequest({ ...request, maxOutputTokens: 5 }).value
    expect(long).toMatchObject({ generateContentRequest: { model: 'models/m', generationConfig: { maxOutputTokens: 5 } } })
    expect(geminiTokenCount.readRequest(long, 'm')).toEqual({ ...request, maxOutputTokens: 5 })
  })

  it('is read and written', () => {
    expect(geminiTokenCount.readReply(geminiTokenCount.writeReply({ tokens: 7, cachedTokens: 2 }))).toEqual({ tokens: 7, cachedTokens: 2 })
    expect(geminiTokenCount.readReply({})).toEqual({ tokens: 0 })
    expect(() => geminiTokenCount.readReply({ totalTokens: 'many' })).toThrow(ReplyError)
  })
})

describe('a stream without alt=sse', () => {
  it('is one JSON array of the same chunks, however it was cut', () => {
    const writer = gemini.writeStream({ wantsUsage: true })
    const text = [
      writer.write({ type: 'text-delta', choice: 0, text: 'Grüß' }),
      writer.write({ type: 'text-delta', choice: 0, text: ' Gott' }),
      writer.fail(new GatewayError('stream-interrupted', 'Gone.'), 502),
    ].join('')
    const bytes = new TextEncoder().encode(`: ping\n\n${text}`)
    for (const size of [1, 7, bytes.length]) {
      const array = createJsonArrayWriter()
      let written = ''
      for (let start = 0; start < bytes.length; start += size) written += array.write(bytes.slice(start, start + size))
      expect(JSON.parse(written + array.end())).toMatchObject([
        { candidates: [{ content: { parts: [{ text: 'Grüß' }] } }] },
        { candidates: [{ content: { parts: [{ text: ' Gott' }] } }] },
        { error: { code: 502 } },
      ])
    }
    expect(createJsonArrayWriter().end()).toBe('[]')
  })
})
