import { ReplyError } from '@gateway/core'
import type { EmbeddingsReply, EmbeddingsRequest, JsonObject, WireRequest } from '@gateway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseObject } from '../json-fields.ts'
import { dimensionsOf } from './embeddings.ts'
import { workersAiEmbeddings } from './index.ts'

const MODEL = '@cf/baai/bge-base-en-v1.5'

describe('requests', () => {
  it('are texts in an input, and a model in the URL', () => {
    const opened = workersAiEmbeddings.openRequest(wireOf({ text: ['a', 'b'], pooling: 'cls' }))
    expect(opened).toMatchObject({ operation: 'embeddings', model: MODEL, isStreaming: false })
    expect(opened.embeddings()).toEqual({
      model: MODEL,
      inputs: ['a', 'b'],
      extensions: { protocol: 'workers-ai', fields: { pooling: 'cls' } },
    })
    expect(workersAiEmbeddings.writeRequest(opened.embeddings())).toEqual({ value: { text: ['a', 'b'], pooling: 'cls' }, warnings: [] })
  })

  it('pass as they came', () => {
    const wire = wireOf({ text: 'a' })
    expect(workersAiEmbeddings.passRequest(wire, { model: MODEL })).toBe(wire.bytes)
  })

  it('read what they write', () => {
    const requests = fc.record({ model: fc.constant(MODEL), inputs: fc.array(fc.string(), { minLength: 1 }) })
    fc.assert(
      fc.property(requests, (request) => {
        const { value } = workersAiEmbeddings.writeRequest(request)
        expect(workersAiEmbeddings.openRequest(wireOf(value)).embeddings()).toEqual(request)
      }),
      { numRuns: 1000 },
    )
  })

  it('report what the model cannot be told', () => {
    const request: EmbeddingsRequest = { model: MODEL, inputs: ['a'], dimensions: 768, encoding: 'base64' }
    expect(workersAiEmbeddings.writeRequest(request)).toEqual({ value: { text: ['a'] }, warnings: [] })
    const more = { ...request, dimensions: 256, taskType: 'x', user: 'u', extensions: { protocol: 'openai-embeddings', fields: { y: 1 } } }
    expect(workersAiEmbeddings.writeRequest(more).warnings.map(({ field }) => field)).toEqual(['y', 'dimensions', 'taskType', 'user'])
    expect(() => workersAiEmbeddings.writeRequest({ model: MODEL, inputs: [[1, 2]] })).toThrow(
      expect.objectContaining({ param: 'input[0]' }),
    )
  })

  it.each([
    [{}, 'text'],
    [{ text: [] }, 'text'],
    [{ text: [1] }, 'text[0]'],
    [{ text: null }, 'text'],
    [{ text: 'a', api_key: 'k' }, 'api_key'],
  ])('are refused where they are %j', (body, param) => {
    expect(() => workersAiEmbeddings.openRequest(wireOf(body))).toThrow(expect.objectContaining({ code: 'invalid-request', param }))
  })
})

describe('answers', () => {
  const vector = Array.from({ length: 768 }, (_, index) => index / 768)

  it('are vectors of 768 numbers, bare or in the envelope', () => {
    const result = { shape: [1, 768], data: [vector], pooling: 'mean' }
    const expected = { model: '', vectors: [vector], usage: {} }
    expect(workersAiEmbeddings.readReply(result)).toEqual(expected)
    expect(workersAiEmbeddings.readReply({ result, success: true, errors: [], messages: [] })).toEqual(expected)
    expect(dimensionsOf(MODEL)).toBe(768)
    expect(dimensionsOf('tomorrow')).toBeUndefined()
  })

  it('read what they write', () => {
    const reply: EmbeddingsReply = {
      model: '',
      vectors: [
        [0.5, -1],
        [1e-9, 2],
      ],
      usage: { input: { tokens: 3, provenance: 'provider' } },
    }
    const written = workersAiEmbeddings.writeReply(reply, { model: MODEL, inputs: ['a', 'b'] })
    expect(written).toMatchObject({ result: { shape: [2, 2], data: reply.vectors }, success: true })
    const again = workersAiEmbeddings.readReply(parseObject(JSON.stringify(written)) ?? {})
    expect([again.vectors, again.usage.input]).toEqual([reply.vectors, reply.usage.input])
  })

  it.each([
    [{ success: false, errors: [{ code: 3036, message: 'neurons' }] }, 'quota-exhausted'],
    [{ result: { data: [] }, success: true }, 'empty-reply'],
    [{ result: { data: [[]] }, success: true }, 'malformed-reply'],
    [{ result: { data: [['a']] }, success: true }, 'malformed-reply'],
    [{ result: { request_id: 'queued' }, success: true }, 'malformed-reply'],
  ])('are not %j', (body, reason) => {
    expect(() => workersAiEmbeddings.readReply(body)).toThrow(ReplyError)
    expect(() => workersAiEmbeddings.readReply(body)).toThrow(expect.objectContaining({ failure: expect.objectContaining({ reason }) }))
  })
})

function wireOf(json: JsonObject): WireRequest {
  const text = JSON.stringify(json)
  const bytes = new TextEncoder().encode(text)
  return { protocol: 'workers-ai', json, text, bytes, address: { model: MODEL, isStreaming: false } }
}
