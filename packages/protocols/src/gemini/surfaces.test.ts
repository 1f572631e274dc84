import { GatewayError, ReplyError, usageFrom } from '@gateway/core'
import type { JsonObject, WireRequest } from '@gateway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createJsonArrayWriter, gemini, geminiEmbeddings, geminiTokenCount } from './index.ts'

describe('embeddings', () => {
  const address = { model: 'models/e', isStreaming: false }
  const item = { content: { parts: [{ text: 'Hi' }] }, taskType: 'RETRIEVAL_DOCUMENT', outputDimensionality: 768 }

  it('are asked for one by one and in batches, and read back', () => {
    const one = { model: 'e', inputs: ['Hi'], dimensions: 768, taskType: 'RETRIEVAL_DOCUMENT' }
    expect(geminiEmbeddings.writeRequest(one)).toEqual({ value: { model: 'models/e', ...item }, warnings: [] })
    expect(geminiEmbeddings.readRequest({ model: 'models/e', ...item })).toEqual(one)
    const batch = {
      model: 'e',
      inputs: ['Hi', 'Yo'],
      extensions: { protocol: 'gemini', fields: { title: ['A', null], autoTruncate: [null, true] } },
    }
    const written = geminiEmbeddings.writeRequest(batch).value
    expect(written).toEqual({
      requests: [
        { model: 'models/e', content: { parts: [{ text: 'Hi' }] }, title: 'A' },
        { model: 'models/e', content: { parts: [{ text: 'Yo' }] }, autoTruncate: true },
      ],
    })
    expect(geminiEmbeddings.readRequest(written)).toEqual(batch)
  })

  it('pass as they came, or under the name of the target in each of their items', () => {
    const request = wire({ requests: [{ model: 'models/e', ...item }, item] })
    expect(geminiEmbeddings.openRequest(request)).toMatchObject({ operation: 'embeddings', model: 'e' })
    expect(geminiEmbeddings.openRequest(request).embeddings().inputs).toEqual(['Hi', 'Hi'])
    expect(geminiEmbeddings.passRequest(request, { model: 'e' })).toBe(request.bytes)
    expect(geminiEmbeddings.passRequest(request, { model: 'f' })).toBe(request.text.replace('models/e', 'models/f'))
  })

  it.each<[JsonObject, string]>([
    [{}, 'content'],
    [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }] } }, 'content.parts[0]'],
    [{ requests: [] }, 'requests'],
    [{ requests: [{}] }, 'requests[0].content'],
    [{ requests: [{ model: 'models/other', content: {} }] }, 'requests[0].model'],
    [{ requests: [{ content: {}, output_dimensionality: 0.5 }] }, 'requests[0].outputDimensionality'],
    [{ requests: [item, { ...item, taskType: 'CLUSTERING' }] }, 'requests[1].taskType'],
  ])('of %j are refused by name', (body, param) => {
    const read = (): unknown => geminiEmbeddings.openRequest(wire(body)).embeddings()
    expect(read).toThrow(GatewayError)
    expect(read).toThrow(expect.objectContaining({ code: 'invalid-request', param }))
  })

  it('of tokens are refused, since they are those of another model', () => {
    expect(() => geminiEmbeddings.writeRequest({ model: 'e', inputs: [[1, 2]] })).toThrow(expect.objectContaining({ param: 'input[0]' }))
  })

  it('are floats that come back as they were', () => {
    const float = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
    const replies = fc.array(fc.array(float, { minLength: 1 }), { minLength: 1 })
    const usage = usageFrom({ input: 3, output: 0 }, 'provider')
    fc.assert(
      fc.property(replies, (vectors) => {
        const reply = { model: '', vectors, usage }
        const written = geminiEmbeddings.writeReply(reply, { model: 'e', inputs: vectors.map(() => 'Hi') })
        expect(geminiEmbeddings.readReply(JSON.parse(JSON.stringify(written)))).toEqual(reply)
      }),
      { numRuns: 1000 },
    )
  })

  it('of a batch of one are asked for anew, since a single text goes to the other method', () => {
    expect(geminiEmbeddings.openRequest(wire({ requests: [item] })).wire).toBeUndefined()
    expect(geminiEmbeddings.openRequest(wire({ requests: [item, item] })).wire).toBeDefined()
    expect(geminiEmbeddings.openRequest(wire(item)).wire).toBeDefined()
  })

  it('of one text are found by clients of either method', () => {
    const reply = { model: '', vectors: [[1, 2]], usage: {} }
    expect(geminiEmbeddings.writeReply(reply, { model: 'e', inputs: ['Hi'] })).toEqual({
      embedding: { values: [1, 2] },
      embeddings: [{ values: [1, 2] }],
    })
    expect(geminiEmbeddings.readReply({ embedding: { values: [1, 2] } }).vectors).toEqual([[1, 2]])
  })

  it.each<[JsonObject]>([[{}], [{ embedding: {} }], [{ embeddings: [{ values: ['1'] }] }], [{ error: { code: 500 } }]])(
    'of the answer %j are a failure',
    (body) => {
      expect(() => geminiEmbeddings.readReply(body)).toThrow(ReplyError)
    },
  )

  function wire(json: JsonObject): WireRequest {
    const text = JSON.stringify(json)
    return { protocol: 'gemini', bytes: new TextEncoder().encode(text), text, json, address }
  }
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
