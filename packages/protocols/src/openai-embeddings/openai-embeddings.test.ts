import { readFileSync } from 'node:fs'
import { GatewayError, isJsonObject, ReplyError, usageFrom } from '@gateway/core'
import type { EmbeddingsRequest, Json, JsonObject } from '@gateway/core'
import fc from 'fast-check'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { objectOf, objectsOf, parseObject, stringOf } from '../json-fields.ts'
import { openaiEmbeddings } from './index.ts'

const folder = new URL('__fixtures__/', import.meta.url)
const recordings = objectsOf(bodyOf('index.json').entries).map((entry) => ({
  id: stringOf(entry.id) ?? '',
  status: Number(entry.status),
  request: stringOf(entry.request) ?? '',
  response: stringOf(entry.response) ?? '',
}))
const answers = recordings.filter(({ status }) => status === 200)
const errors = recordings.filter(({ status }) => status !== 200)

describe('recordings', () => {
  it.each(answers)('$id says what another unpacking of its vectors finds', ({ response }) => {
    const body = bodyOf(response)
    const reply = openaiEmbeddings.readReply(body)
    expect(reply.model).toBe(body.model)
    expect(reply.usage.input?.tokens).toBe(objectOf(body.usage).prompt_tokens)
    const expected = objectsOf(body.data).map(({ embedding }) => {
      const bytes = Buffer.from(String(embedding), 'base64')
      return [...new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))]
    })
    expect(expected[0]?.length).toBeGreaterThan(1000)
    expect(reply.vectors).toEqual(expected)
  })

  it.each(answers)('$id comes out as it went in', ({ request, response }) => {
    const read = openaiEmbeddings.readRequest(bodyOf(request))
    expect(openaiEmbeddings.writeRequest(read)).toEqual({ value: bodyOf(request), warnings: [] })
    expect(openaiEmbeddings.writeReply(openaiEmbeddings.readReply(bodyOf(response)), read)).toEqual(bodyOf(response))
  })

  it.each(errors)('$id is judged, and so is its request', ({ status, request, response }) => {
    const failure = openaiEmbeddings.readError({
      status,
      header: () => null,
      text: readFileSync(new URL(response, folder), 'utf8'),
      nowMs: 0,
    })
    expect(failure).toMatchObject({ scope: 'request', reason: 'rejected', retryable: false })
    expect(() => openaiEmbeddings.readRequest(bodyOf(request))).toThrow('input: expected at least one text, found an empty array')
  })
})

describe('a request', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(requests(), (request) => {
        const { value, warnings } = openaiEmbeddings.writeRequest(request)
        expect(warnings).toEqual([])
        expect(openaiEmbeddings.readRequest(parseObject(JSON.stringify(value)) ?? {})).toEqual(request)
      }),
      { numRuns: 1000 },
    )
  })

  it.each<[Json, unknown]>([
    ['Hi', ['Hi']],
    [
      ['Hi', 'Ho'],
      ['Hi', 'Ho'],
    ],
    [[1, 2, 3], [[1, 2, 3]]],
    [
      [[1, 2], [3]],
      [[1, 2], [3]],
    ],
    [
      ['Hi', [3]],
      ['Hi', [3]],
    ],
  ])('takes the input %j', (input, inputs) => {
    expect(openaiEmbeddings.readRequest({ model: 'm', input }).inputs).toEqual(inputs)
  })

  it.each<[JsonObject, string]>([
    [{ input: 'Hi' }, 'model: expected a model name, found nothing'],
    [{ model: 'm' }, 'input: expected a string, an array of strings, of tokens, or of arrays of tokens, found nothing'],
    [{ model: 'm', input: [1, 'a'] }, 'input[1]: expected a token, found a string'],
    [{ model: 'm', input: ['a', []] }, 'input[1]: expected at least one token, found an empty array'],
    [{ model: 'm', input: [{}] }, 'input[0]: expected a string or an array of tokens, found an object'],
    [{ model: 'm', input: 'a', dimensions: 0 }, 'dimensions: expected a positive integer, found 0'],
  ])('is refused with a reason: %j', (body, message) => {
    const error = { code: 'invalid-request', message, param: message.slice(0, message.indexOf(':')) }
    expect(() => openaiEmbeddings.readRequest(body)).toThrow(expect.objectContaining(error))
  })

  it('passes with the name of the model changed, and nothing else', () => {
    const text = '{"model":"small", "input":["Hi"],"truncate":true}'
    const wire = { protocol: 'openai-embeddings', bytes: new TextEncoder().encode(text), text, json: parseObject(text) ?? {} }
    expect(openaiEmbeddings.openRequest(wire)).toMatchObject({ operation: 'embeddings', model: 'small', isStreaming: false })
    expect(openaiEmbeddings.openRequest(wire).embeddings().extensions?.fields).toEqual({ truncate: true })
    expect(openaiEmbeddings.passRequest(wire, { model: 'large' })).toBe(text.replace('small', 'large'))
    expect(openaiEmbeddings.passRequest(wire, { model: 'small' })).toBe(wire.bytes)
  })

  it('reports what this protocol has no field for', () => {
    const extensions = { protocol: 'gemini', fields: { title: 'T' } }
    const { warnings } = openaiEmbeddings.writeRequest({ model: 'm', inputs: ['a'], taskType: 'RETRIEVAL_QUERY', extensions })
    expect(warnings.map(({ field }) => field)).toEqual(['taskType', 'title'])
  })

  it('is read or refused, whatever stands in whichever field', () => {
    fc.assert(
      fc.property(fc.constantFrom('model', 'input', 'dimensions', 'encoding_format', 'user', 'other'), fc.jsonValue(), (field, value) => {
        const body: unknown = JSON.parse(JSON.stringify({ model: 'm', input: ['a'], [field]: value }))
        expect(outcomeOf(isJsonObject(body) ? body : {})).toBe('read or refused')
      }),
      { numRuns: 1000 },
    )
  })
})

describe('an answer', () => {
  const float = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
  const vectors = fc.array(fc.array(float, { minLength: 1 }), { minLength: 1 })

  it('is read as it was written, as numbers and packed', () => {
    fc.assert(
      fc.property(vectors, fc.constantFrom('float' as const, 'base64' as const), fc.nat(), (given, encoding, tokens) => {
        const reply = { model: 'm', vectors: given, usage: usageFrom({ input: tokens }, 'provider') }
        const written = openaiEmbeddings.writeReply(reply, { model: 'm', inputs: ['a'], encoding })
        expect(openaiEmbeddings.readReply(parseObject(JSON.stringify(written)) ?? {})).toEqual(reply)
      }),
      { numRuns: 1000 },
    )
  })

  it('is in the order of its indices', () => {
    const data = [
      { index: 1, embedding: [2] },
      { index: 0, embedding: [1] },
    ]
    expect(openaiEmbeddings.readReply({ data }).vectors).toEqual([[1], [2]])
  })

  it.each<[JsonObject, string]>([
    [{ error: { message: 'Slow down', code: 'rate_limit_exceeded' } }, 'rate-limited'],
    [{ object: 'list' }, 'malformed-reply'],
    [{ data: [] }, 'empty-reply'],
    [{ data: [{ embedding: null }] }, 'malformed-reply'],
    [{ data: [{ embedding: [] }] }, 'malformed-reply'],
    [{ data: [{ embedding: [1, 'a'] }] }, 'malformed-reply'],
    [{ data: [{ embedding: 'AAA' }] }, 'malformed-reply'],
    [{ data: [{ embedding: '%%%%' }] }, 'malformed-reply'],
  ])('is none where it is %j', (body, reason) => {
    expect(() => openaiEmbeddings.readReply(body)).toThrow(ReplyError)
    expect(() => openaiEmbeddings.readReply(body)).toThrow(expect.objectContaining({ failure: expect.objectContaining({ reason }) }))
  })

  it('is understood by OpenAI’s own client, which asks for packed vectors unasked', async () => {
    const vector = [0.25, -1.5, 3]
    const asked: EmbeddingsRequest[] = []
    const client = new OpenAI({
      apiKey: 'test',
      baseURL: 'https://gateway.example/v1',
      fetch: async (_, init) => {
        const request = openaiEmbeddings.readRequest(parseObject(String(init?.body)) ?? {})
        asked.push(request)
        return Response.json(
          openaiEmbeddings.writeReply({ model: 'm', vectors: [vector, vector], usage: usageFrom({ input: 3 }, 'provider') }, request),
        )
      },
    })
    for (const format of [{}, { encoding_format: 'float' } as const]) {
      const answer = await client.embeddings.create({ model: 'm', input: ['a', 'b'], ...format })
      expect(answer.data.map(({ embedding }) => [...embedding])).toEqual([vector, vector])
      expect(answer.usage.total_tokens).toBe(3)
    }
    expect(asked.map(({ encoding }) => encoding)).toEqual(['base64', 'float'])
  })
})

function bodyOf(name: string): JsonObject {
  return parseObject(readFileSync(new URL(name, folder), 'utf8')) ?? {}
}

function requests(): fc.Arbitrary<EmbeddingsRequest> {
  const input = fc.oneof(fc.string(), fc.array(fc.nat(), { minLength: 1 }))
  return fc.record(
    {
      model: fc.string({ minLength: 1 }),
      inputs: fc.array(input, { minLength: 1 }),
      dimensions: fc.integer({ min: 1 }),
      encoding: fc.constantFrom('float' as const, 'base64' as const),
      user: fc.string(),
      extensions: fc.constant({ protocol: 'openai-embeddings', fields: { truncate: 'END' } }),
    },
    { requiredKeys: ['model', 'inputs'], noNullPrototype: true },
  )
}

function outcomeOf(body: JsonObject): string {
  try {
    openaiEmbeddings.writeRequest(openaiEmbeddings.readRequest(body))
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'invalid-request') throw error
  }
  return 'read or refused'
}
