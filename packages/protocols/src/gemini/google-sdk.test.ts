import { readFileSync } from 'node:fs'
import { ApiError, FunctionCallingConfigMode, GoogleGenAI } from '@google/genai'
import type { GenerateContentParameters } from '@google/genai'
import { GatewayError, usageFrom } from '@gateway/core'
import type { ChatEvent, ChatReply, JsonObject, WireRequest } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { objectOf, objectsOf, parseObject } from '../json-fields.ts'
import { gemini, geminiEmbeddings, geminiTokenCount } from './index.ts'

const usage = usageFrom({ input: 10, cachedInput: 4, output: 5 }, 'provider')
const events: readonly ChatEvent[] = [
  { type: 'start', id: 'r1', model: 'gpt-4o', created: 1_700_000_000 },
  { type: 'reasoning-delta', choice: 0, text: 'Hm.' },
  { type: 'text-delta', choice: 0, text: '' },
  { type: 'text-delta', choice: 0, text: 'Grüß' },
  { type: 'text-delta', choice: 0, text: ' Gott' },
  { type: 'tool-call-start', choice: 0, call: 0, id: 'c1', name: 'weather', signature: 'c2ln' },
  { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{"city":' },
  { type: 'tool-call-start', choice: 0, call: 1, id: 'c2', name: 'time' },
  { type: 'tool-call-delta', choice: 0, call: 1, arguments: '{}' },
  { type: 'tool-call-delta', choice: 0, call: 0, arguments: '"Wien"}' },
  { type: 'finish', choice: 0, reason: 'tool-calls' },
  { type: 'usage', usage },
  { type: 'end' },
]

describe("Google's own client", () => {
  it('reads a written answer', async () => {
    const reply: ChatReply = {
      id: 'r1',
      model: 'gpt-4o',
      choices: [
        {
          index: 0,
          content: [
            { type: 'reasoning', text: 'Hm.' },
            { type: 'text', text: 'Hi' },
            { type: 'tool-call', id: 'c1', name: 'weather', arguments: '{"city":"Wien"}' },
          ],
          finishReason: 'tool-calls',
        },
      ],
      usage,
    }
    const { client } = clientOf(() => Response.json(gemini.writeReply(reply).value))
    const response = await client.models.generateContent({ model: 'gpt-4o', contents: 'Hi' })
    expect(response.text).toBe('Hi')
    expect(response.functionCalls).toEqual([{ id: 'c1', name: 'weather', args: { city: 'Wien' } }])
    expect(response.candidates?.[0]?.finishReason).toBe('STOP')
    expect([response.responseId, response.modelVersion]).toEqual(['r1', 'gpt-4o'])
    expect(response.usageMetadata).toEqual({
      promptTokenCount: 10,
      cachedContentTokenCount: 4,
      candidatesTokenCount: 5,
      totalTokenCount: 15,
    })
  })

  it.each([1, 7, 100_000])('reads a written stream in pieces of %i bytes, and keeps it as its history', async (size) => {
    const { client } = clientOf(() => streamed(events.map((event) => writer.write(event)).join(''), size))
    const writer = gemini.writeStream({ wantsUsage: true })
    const chat = client.chats.create({ model: 'gpt-4o' })
    const chunks = []
    for await (const chunk of await chat.sendMessageStream({ message: 'Hi' })) chunks.push(chunk)
    expect(chunks.map((chunk) => partsText(chunk.candidates?.[0]?.content?.parts ?? [])).join('')).toBe('Grüß Gott')
    expect(chunks.flatMap((chunk) => chunk.functionCalls ?? [])).toEqual([
      { id: 'c1', name: 'weather', args: { city: 'Wien' } },
      { id: 'c2', name: 'time', args: {} },
    ])
    expect(chunks.at(-1)?.usageMetadata?.totalTokenCount).toBe(15)
    expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP')
    const history = chat.getHistory(true)
    expect(history.flatMap(({ parts }) => parts ?? []).find((part) => part.functionCall?.name === 'weather')?.thoughtSignature).toBe('c2ln')
  })

  it.each(['gemini-stream-reasoning-stream-01.sse', 'gemini-structured-stream-02.sse', 'gemini-stream-parallel-tools-stream-tools-01.sse'])(
    'finds the same in %s as it was recorded and as it was read and written',
    async (file) => {
      const recorded = readFileSync(new URL(`__fixtures__/${file}`, import.meta.url), 'utf8')
      const reader = gemini.readStream({ stripUsage: false })
      const read = [...reader.read(new TextEncoder().encode(recorded)).events, ...reader.end().events]
      const writer = gemini.writeStream({ wantsUsage: true })
      const written = read.map((event) => writer.write(event)).join('')
      expect(await partsIn(written)).toEqual(await partsIn(recorded))
    },
  )

  it('raises an error that comes in the middle of a stream', async () => {
    const writer = gemini.writeStream({ wantsUsage: true })
    const text =
      writer.write({ type: 'text-delta', choice: 0, text: 'Hi' }) + writer.fail(new GatewayError('stream-interrupted', 'Gone.'), 502)
    const { client } = clientOf(() => streamed(text, 7))
    const seen: unknown[] = []
    const reading = async (): Promise<void> => {
      for await (const chunk of await client.models.generateContentStream({ model: 'm', contents: 'Hi' })) seen.push(chunk.text)
    }
    await expect(reading()).rejects.toThrow(/Gone\./)
    expect(seen).toEqual(['Hi'])
  })

  it('raises a written error with its status', async () => {
    const body = gemini.writeError(new GatewayError('rate-limited', 'Too fast.', { retryAfterMs: 1000 }), 429)
    const { client } = clientOf(() => Response.json(body, { status: 429 }))
    const error = await client.models.generateContent({ model: 'm', contents: 'Hi' }).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 429, message: expect.stringContaining('RESOURCE_EXHAUSTED') })
  })

  it('shows why a prompt was blocked', async () => {
    const reply = gemini.readReply({
      promptFeedback: { blockReason: 'SAFETY' },
      usageMetadata: { promptTokenCount: 1, totalTokenCount: 1 },
    })
    const { client } = clientOf(() => Response.json(gemini.writeReply(reply).value))
    const response = await client.models.generateContent({ model: 'm', contents: 'Hi' })
    expect(response.promptFeedback?.blockReason).toBe('SAFETY')
    expect(response.text).toBeUndefined()
  })

  it('sends requests that are read', async () => {
    const asked: GenerateContentParameters = {
      model: 'gemini-3-pro',
      contents: [
        { role: 'user', parts: [{ text: 'Weather?' }, { inlineData: { mimeType: 'image/png', data: 'AA==' } }] },
        { role: 'model', parts: [{ functionCall: { name: 'weather', args: { city: 'Wien' } }, thoughtSignature: 'c2ln' }] },
        { role: 'user', parts: [{ functionResponse: { name: 'weather', response: { output: 'sunny' } } }] },
      ],
      config: {
        systemInstruction: 'Be brief.',
        temperature: 0.5,
        stopSequences: ['END'],
        maxOutputTokens: 100,
        responseMimeType: 'application/json',
        responseJsonSchema: { type: 'object', title: 'Answer' },
        tools: [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema: { type: 'object' } }] }],
        toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['weather'] } },
        thinkingConfig: { includeThoughts: true, thinkingBudget: 128 },
      },
    }
    const { client, sent } = clientOf(() => Response.json({ candidates: [{ content: { parts: [{ text: 'a' }] }, finishReason: 'STOP' }] }))
    await client.models.generateContent(asked)
    const [request] = sent
    expect(request?.path).toBe('/v1/models/gemini-3-pro:generateContent')
    expect(gemini.openRequest(wire(request?.body ?? {})).chat()).toEqual({
      model: 'gemini-3-pro',
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Weather?' },
            { type: 'media', kind: 'image', source: { from: 'base64', data: 'AA==' }, mediaType: 'image/png' },
          ],
        },
        {
          role: 'assistant',
          content: [{ type: 'tool-call', id: 'gemini_call_1', name: 'weather', arguments: '{"city":"Wien"}', signature: 'c2ln' }],
        },
        { role: 'tool', toolCallId: 'gemini_call_1', content: [{ type: 'text', text: 'sunny' }] },
      ],
      isStreaming: false,
      wantsStreamUsage: true,
      tools: [{ type: 'function', name: 'weather', parameters: { type: 'object' } }],
      toolChoice: { type: 'function', name: 'weather' },
      maxOutputTokens: 100,
      temperature: 0.5,
      stop: ['END'],
      responseFormat: { type: 'json-schema', name: 'Answer', schema: { type: 'object', title: 'Answer' } },
      reasoning: { budgetTokens: 128, isShown: true },
    })
  })

  it('calls functions by itself until the model has answered', async () => {
    const call: ChatReply = {
      id: 'r1',
      model: 'm',
      choices: [
        {
          index: 0,
          content: [{ type: 'tool-call', id: 'c1', name: 'weather', arguments: '{}', signature: 'c2ln' }],
          finishReason: 'tool-calls',
        },
      ],
      usage,
    }
    const answer: ChatReply = { ...call, choices: [{ index: 0, content: [{ type: 'text', text: 'Sunny.' }], finishReason: 'stop' }] }
    const replies = [call, answer]
    const { client, sent } = clientOf(() => Response.json(gemini.writeReply(replies[sent.length - 1] ?? answer).value))
    const tool = {
      tool: () => Promise.resolve({ functionDeclarations: [{ name: 'weather' }] }),
      callTool: () => Promise.resolve([{ functionResponse: { id: 'c1', name: 'weather', response: { output: 'sunny' } } }]),
    }
    const response = await client.models.generateContent({ model: 'm', contents: 'Hi', config: { tools: [tool] } })
    expect(response.text).toBe('Sunny.')
    const { messages } = gemini.openRequest(wire(sent[1]?.body ?? {})).chat()
    expect(messages.slice(1)).toEqual([
      { role: 'assistant', content: [{ type: 'tool-call', id: 'c1', name: 'weather', arguments: '{}', signature: 'c2ln' }] },
      { role: 'tool', toolCallId: 'c1', content: [{ type: 'text', text: 'sunny' }] },
    ])
  })

  it('embeds and counts', async () => {
    const vectors = [
      [0.1, -1e-7],
      [1, 2],
    ]
    const { client, sent } = clientOf((path) =>
      Response.json(
        path.endsWith('Contents')
          ? geminiEmbeddings.writeReply({ model: '', vectors, usage: {} }, { model: 'e', inputs: ['a', 'b'] })
          : geminiTokenCount.writeReply({ tokens: 7 }),
      ),
    )
    const response = await client.models.embedContent({ model: 'e', contents: ['a', 'b'], config: { outputDimensionality: 2 } })
    expect(response.embeddings?.map(({ values }) => values)).toEqual(vectors)
    expect(geminiEmbeddings.readRequest(sent[0]?.body ?? {})).toEqual({ model: 'e', inputs: ['a', 'b'], dimensions: 2 })
    expect((await client.models.countTokens({ model: 'm', contents: 'Hi' })).totalTokens).toBe(7)
    expect(geminiTokenCount.readRequest(sent[1]?.body ?? {}, 'm').messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
    ])
  })
})

interface Sent {
  readonly path: string
  readonly body: JsonObject
}

/** The client, and what it has sent so far. It asks nobody but `answer`. */
function clientOf(answer: (path: string) => Response): { readonly client: GoogleGenAI; readonly sent: readonly Sent[] } {
  const sent: Sent[] = []
  const client = new GoogleGenAI({
    apiKey: 'test',
    httpOptions: {
      baseUrl: 'http://gateway.test',
      fetch: (input: string | URL | Request, init?: RequestInit) => {
        const { pathname } = new URL(input instanceof Request ? input.url : input)
        sent.push({ path: pathname, body: parseObject(String(init?.body)) ?? {} })
        return Promise.resolve(answer(pathname))
      },
    },
  })
  return { client, sent }
}

function streamed(text: string, size: number): Response {
  const bytes = new TextEncoder().encode(text)
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let start = 0; start < bytes.length; start += size) controller.enqueue(bytes.slice(start, start + size))
      controller.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

function wire(json: JsonObject): WireRequest {
  const text = JSON.stringify(json)
  return { protocol: 'gemini', bytes: new TextEncoder().encode(text), text, json, address: { model: 'gemini-3-pro', isStreaming: false } }
}

function partsText(parts: readonly { readonly text?: string; readonly thought?: boolean }[]): string {
  return parts.map(({ text, thought }) => (thought === true ? '' : (text ?? ''))).join('')
}

/** All parts that the client finds in a stream, without empty texts and ids of calls, and its last usage and finish. */
async function partsIn(text: string): Promise<unknown> {
  const { client } = clientOf(() => streamed(text, 100))
  const parts: unknown[] = []
  let last: unknown
  for await (const chunk of await client.models.generateContentStream({ model: 'm', contents: 'Hi' })) {
    const found = parseObject(JSON.stringify({ parts: chunk.candidates?.[0]?.content?.parts ?? [] })) ?? {}
    parts.push(
      ...objectsOf(found.parts)
        .filter(({ text: said, thoughtSignature }) => said !== '' || thoughtSignature !== undefined)
        .map(withoutId),
    )
    last = [chunk.candidates?.[0]?.finishReason, chunk.usageMetadata?.totalTokenCount]
  }
  return { parts, last }
}

function withoutId(part: JsonObject): JsonObject {
  const { id: _, ...call } = objectOf(part.functionCall)
  return part.functionCall === undefined ? part : { ...part, functionCall: call }
}
