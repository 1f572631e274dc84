import { ApiError, FunctionCallingConfigMode, GoogleGenAI, ThinkingLevel, Type } from '@google/genai'
import type { Content, GenerateContentConfig, GenerateContentResponse, Part } from '@google/genai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startUpstream } from '../upstream.ts'
import type { Upstream } from '../upstream.ts'

let upstream: Upstream
let client: GoogleGenAI

beforeAll(async () => {
  upstream = await startUpstream({ api: 'gemini', name: 'a', models: ['gemini-sim', 'gemini-2.5-sim'], apiKey: 'right' })
  client = new GoogleGenAI({ apiKey: 'right', httpOptions: { baseUrl: upstream.url, retryOptions: { attempts: 1 } } })
})

beforeEach(() => upstream.reset())

afterAll(() => upstream.close())

const TEXT = 'Simulated answer 0 to: one two three — naïve ✓ 😀 done.'
const tools = [
  {
    functionDeclarations: [
      { name: 'weather', parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING }, days: { type: Type.INTEGER } } } },
      { name: 'beep', parametersJsonSchema: { type: 'object', properties: {}, $schema: 'http://json-schema.org/draft-07/schema#' } },
    ],
  },
]

const ask = (config: GenerateContentConfig = {}, contents: string | Content[] = 'one two three'): Promise<GenerateContentResponse> =>
  client.models.generateContent({ model: 'gemini-sim', contents, config })

async function stream(
  config: GenerateContentConfig = {},
  contents: string | Content[] = 'one two three',
): Promise<GenerateContentResponse[]> {
  const chunks = await client.models.generateContentStream({ model: 'gemini-sim', contents, config })
  const seen: GenerateContentResponse[] = []
  for await (const chunk of chunks) seen.push(chunk)
  return seen
}

const partsOf = (answers: readonly GenerateContentResponse[]): Part[] =>
  answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? [])

async function failure(work: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await work.then(
    () => new Error('it answered'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof ApiError)) throw error
  return error
}

describe('the simulated Gemini API, through the vendor’s SDK', () => {
  it('says the same as every other simulated server, and what it used', async () => {
    const answer = await ask()
    expect(answer.text).toBe(TEXT)
    expect(answer).toMatchObject({
      modelVersion: 'gemini-sim',
      responseId: 'a-1',
      candidates: [{ finishReason: 'STOP', index: 0, content: { role: 'model' } }],
      usageMetadata: { promptTokenCount: 6, candidatesTokenCount: 12, totalTokenCount: 18, cachedContentTokenCount: 1 },
    })
    expect(upstream.totals).toMatchObject({ requests: 1, promptTokens: 6, completionTokens: 12, cachedTokens: 1, contentDeltas: 12 })
  })

  it('streams it with usage on every chunk, which grows and is counted once', async () => {
    const chunks = await stream()
    expect(chunks.map((chunk) => chunk.text ?? '').join('')).toBe(TEXT)
    expect(chunks.map((chunk) => chunk.usageMetadata?.candidatesTokenCount)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12])
    expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP')
    expect(upstream.totals).toMatchObject({ requests: 1, promptTokens: 6, completionTokens: 12, contentDeltas: 12 })
  })

  it('thinks apart from the candidates, shows it where it is asked to, and signs what it says', async () => {
    const thinkingConfig = { includeThoughts: true, thinkingLevel: ThinkingLevel.LOW }
    for (const parts of [partsOf([await ask({ thinkingConfig })]), partsOf(await stream({ thinkingConfig }))]) {
      expect(
        parts
          .filter((part) => part.thought)
          .map((part) => part.text)
          .join(''),
      ).toBe('Thinking step1 step2 step3')
      expect(
        parts
          .filter((part) => !part.thought)
          .map((part) => part.text)
          .join(''),
      ).toBe(TEXT)
      expect(parts.at(-1)?.thoughtSignature).toMatch(/.{20}/)
    }
    const hidden = await ask({ thinkingConfig: { thinkingBudget: 500 } })
    expect(hidden.usageMetadata).toMatchObject({ candidatesTokenCount: 12, thoughtsTokenCount: 5, totalTokenCount: 23 })
    expect(partsOf([hidden])).toHaveLength(1)
    expect(upstream.totals).toMatchObject({ completionTokens: 16 + 16 + 17, reasoningTokens: 4 + 4 + 5 })
  })

  it('calls functions in parallel, with ids, the first of them signed', async () => {
    for (const parts of [partsOf([await ask({ tools })]), partsOf(await stream({ tools })).filter((part) => part.functionCall)]) {
      expect(parts).toMatchObject([
        {
          functionCall: { name: 'weather', args: { city: 'simulated', days: 1 }, id: 'call_0_weather' },
          thoughtSignature: expect.any(String),
        },
        { functionCall: { name: 'beep', args: {}, id: 'call_1_beep' } },
      ])
      expect(parts[1]).not.toHaveProperty('thoughtSignature')
    }
  })

  it('calls none, or the one, that the request names', async () => {
    const names = async (mode: FunctionCallingConfigMode, allowed?: string[]): Promise<unknown> => {
      const functionCallingConfig = { mode, ...(allowed && { allowedFunctionNames: allowed }) }
      return (await ask({ tools, toolConfig: { functionCallingConfig } })).functionCalls?.map((call) => call.name)
    }
    expect(await names(FunctionCallingConfigMode.NONE)).toBeUndefined()
    expect(await names(FunctionCallingConfigMode.ANY, ['beep'])).toEqual(['beep'])
  })

  it('fits a schema of either kind', async () => {
    const ofGoogle = {
      type: Type.OBJECT,
      properties: { mood: { type: Type.STRING, enum: ['glad'] }, steps: { type: Type.ARRAY, items: { type: Type.INTEGER } } },
    }
    const ofJson = { type: 'object', properties: { mood: { const: 'glad' }, steps: { type: 'array', items: { type: 'integer' } } } }
    for (const schema of [{ responseSchema: ofGoogle }, { responseJsonSchema: ofJson }]) {
      const answer = await ask({ responseMimeType: 'application/json', ...schema })
      expect(JSON.parse(answer.text ?? '')).toEqual({ mood: 'glad', steps: [1] })
    }
  })

  it('blocks a prompt, or a candidate, and says why', async () => {
    for (const answer of [await ask({}, 'block the prompt'), (await stream({}, 'block the prompt'))[0]]) {
      expect(answer).toMatchObject({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: 6 } })
      expect(answer?.candidates).toBeUndefined()
    }
    const reasons = [await ask({}, 'refuse this'), await ask({}, 'recite this'), await ask({}, 'malform the call')].map(
      (answer) => answer.candidates?.[0]?.finishReason,
    )
    expect(reasons).toEqual(['SAFETY', 'RECITATION', 'MALFORMED_FUNCTION_CALL'])
    expect((await ask({ maxOutputTokens: 2 })).candidates?.[0]?.finishReason).toBe('MAX_TOKENS')
  })

  it('gives several candidates, stops where it is told to, and reads snake case', async () => {
    expect((await ask({ candidateCount: 2 })).candidates?.map((candidate) => candidate.index)).toEqual([0, 1])
    expect((await ask({ stopSequences: ['naïve'] })).text).toBe('Simulated answer 0 to: one two three — ')
    const body = { contents: [{ parts: [{ text: 'one two three' }] }], generation_config: { max_output_tokens: 1 } }
    const response = await fetch(`${upstream.url}/v1beta/models/gemini-sim:generateContent?key=right`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    expect(await response.json()).toMatchObject({ candidates: [{ finishReason: 'MAX_TOKENS' }] })
  })

  it('streams one JSON array where no events are asked for', async () => {
    const body = JSON.stringify({ contents: [{ parts: [{ text: 'one two three' }] }] })
    const response = await fetch(`${upstream.url}/v1beta/models/gemini-sim:streamGenerateContent?key=right`, { method: 'POST', body })
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await response.json()).toHaveLength(13)
  })

  it('lists its models, counts tokens by modality, and embeds one or many', async () => {
    const names = []
    for await (const model of await client.models.list()) names.push(model.name)
    expect(names).toEqual(['models/gemini-sim', 'models/gemini-2.5-sim'])
    expect(await client.models.get({ model: 'gemini-sim' })).toMatchObject({ inputTokenLimit: 1_048_576 })
    const contents = [{ role: 'user', parts: [{ text: 'look' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }] }]
    expect(await client.models.countTokens({ model: 'gemini-sim', contents })).toMatchObject({ totalTokens: 89 })
    expect((await ask({}, contents)).usageMetadata?.promptTokensDetails).toEqual([
      { modality: 'TEXT', tokenCount: 4 },
      { modality: 'IMAGE', tokenCount: 85 },
    ])
    const { embeddings } = await client.models.embedContent({
      model: 'gemini-sim',
      contents: ['a cat', 'a dog'],
      config: { outputDimensionality: 8 },
    })
    expect(embeddings?.map((entry) => entry.values?.length)).toEqual([8, 8])
    const single = await fetch(`${upstream.url}/v1beta/models/gemini-sim:embedContent?key=right`, {
      method: 'POST',
      body: JSON.stringify({ content: { parts: [{ text: 'a cat' }] }, output_dimensionality: 8 }),
    })
    expect(await single.json()).toEqual({ embedding: embeddings?.[0] })
  })
})

describe('the signatures of its calls', () => {
  const turn = async (bend: (part: Part) => Part): Promise<Content[]> => {
    const parts = partsOf([await ask({ tools })])
    const answers = parts.map(({ functionCall }) => ({
      functionResponse: { name: functionCall?.name ?? '', id: functionCall?.id ?? '', response: { ok: 1 } },
    }))
    return [
      { role: 'user', parts: [{ text: 'one two three' }] },
      { role: 'model', parts: parts.map(bend) },
      { role: 'user', parts: answers },
    ]
  }
  const unsigned = ({ thoughtSignature: _, ...part }: Part): Part => part

  it('let the next turn in', async () => {
    expect((await ask({ tools }, await turn((part) => part))).text).toBe(TEXT)
  })

  it('are missed, and known when they are changed', async () => {
    const { message } = await failure(ask({ tools }, await turn(unsigned)))
    expect(message).toContain('Function call is missing a thought_signature in functionCall parts.')
    expect(message).toContain('function call `default_api:weather` , position 2.')
    const changed = await turn((part) => (part.thoughtSignature === undefined ? part : { ...part, thoughtSignature: 'AAAA' }))
    expect((await failure(ask({ tools }, changed))).message).toContain('Corrupted thought signature.')
  })

  it('are not missed by older models, in earlier turns, or where a stand-in takes their place', async () => {
    const old = await client.models.generateContent({ model: 'gemini-2.5-sim', contents: await turn(unsigned), config: { tools } })
    expect(old.text).toBe(TEXT)
    const later = [
      ...(await turn(unsigned)),
      { role: 'model', parts: [{ text: 'fine' }] },
      { role: 'user', parts: [{ text: 'one two three' }] },
    ]
    expect((await ask({ tools }, later)).functionCalls).toHaveLength(2)
    const standIn = await turn((part) =>
      part.thoughtSignature === undefined ? part : { ...part, thoughtSignature: 'skip_thought_signature_validator' },
    )
    expect((await ask({ tools }, standIn)).text).toBe(TEXT)
  })

  it('do not help where an answer is missing', async () => {
    const [user, model, answers] = await turn((part) => part)
    const contents = [user ?? {}, model ?? {}, { ...answers, parts: answers?.parts?.slice(0, 1) ?? [] }]
    expect((await failure(ask({ tools }, contents))).message).toContain(
      'number of function response parts is equal to the number of function call parts',
    )
  })
})

describe('what it refuses, in the vendor’s words', () => {
  const post = async (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<readonly unknown[]> => {
    const response = await fetch(`${upstream.url}/v1beta${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    const { error } = await response.json()
    return [response.status, error.status, error.message, response.headers.get('content-type')]
  }
  const hello = { contents: [{ parts: [{ text: 'hi' }] }] }

  it('a missing key, and a wrong one in either place', async () => {
    expect((await post('/models/gemini-sim:generateContent', hello)).slice(0, 2)).toEqual([403, 'PERMISSION_DENIED'])
    const refused = [400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.']
    expect((await post('/models/gemini-sim:generateContent?key=wrong', hello)).slice(0, 3)).toEqual(refused)
    expect((await post('/models/gemini-sim:generateContent', hello, { 'x-goog-api-key': 'wrong' })).slice(0, 3)).toEqual(refused)
  })

  it('a model that it does not have: on a stream, JSON that is called an event stream', async () => {
    const sentence = expect.stringContaining('models/none is not found for API version v1beta')
    expect(await post('/models/none:streamGenerateContent?alt=sse&key=right', hello)).toEqual([
      404,
      'NOT_FOUND',
      sentence,
      'text/event-stream',
    ])
    expect(await post('/models/none:generateContent?key=right', hello)).toEqual([404, 'NOT_FOUND', sentence, 'application/json'])
    expect((await failure(client.models.generateContent({ model: 'none', contents: 'hi' }))).status).toBe(404)
  })

  it.each([
    [{}, 'contents is not specified'],
    [{ ...hello, stream: true }, 'Unknown name "stream": Cannot find field.'],
    [{ contents: [{ parts: [] }] }, 'contents.parts must not be empty.'],
    [{ contents: [{ parts: [{}] }] }, "required oneof field 'data' must have one initialized field"],
    [
      { ...hello, tools: [{ functionDeclarations: [{ name: 'f', parameters: { type: 'OBJECT', properties: { a: { const: 1 } } } }] }] },
      `Unknown name "const" at 'tools[0].function_declarations[0].parameters.properties[0].value'`,
    ],
    [{ ...hello, generationConfig: { responseSchema: { type: ['string', 'null'] } } }, 'Proto field is not repeating, cannot start list.'],
  ])('%j', async (body, sentence) => {
    expect(await post('/models/gemini-sim:generateContent?key=right', body)).toMatchObject([
      400,
      'INVALID_ARGUMENT',
      expect.stringContaining(sentence),
      {},
    ])
  })
})

describe('its faults', () => {
  it.each([
    ['status-403', 403, 'PERMISSION_DENIED'],
    ['status-500', 500, 'INTERNAL'],
    ['status-503', 503, 'UNAVAILABLE'],
    ['status-504', 504, 'DEADLINE_EXCEEDED'],
    ['rate-limited-retry-info', 429, '"retryDelay":"34.4s"'],
    ['insufficient-quota', 429, 'GenerateRequestsPerDayPerProjectPerModel'],
    ['context-length-exceeded', 400, 'exceeds the maximum number of tokens allowed'],
  ] as const)('%s is a %i that says %s', async (fault, status, sign) => {
    await upstream.behave(fault)
    expect(await failure(ask())).toMatchObject({ status, message: expect.stringContaining(sign) })
  })

  it('an error in mid-stream is a chunk of its own, after some text', async () => {
    await upstream.behave('error-mid-stream')
    expect((await failure(stream())).message).toContain('UNAVAILABLE')
    expect(upstream.totals).toMatchObject({ contentDeltas: 3, completionTokens: 3, promptTokens: 6 })
  })

  it('a stream that ends early has no finish reason', async () => {
    await upstream.behave('end-without-finish')
    const chunks = await stream()
    expect(chunks.map((chunk) => chunk.candidates?.[0]?.finishReason)).toEqual([undefined, undefined, undefined])
  })
})
