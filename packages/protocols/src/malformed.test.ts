import { GatewayError, isJsonObject, writeJson } from '@gateway/core'
import type { ChatProtocol, ChatRequest, EmbeddingsProtocol, JsonObject, WireRequest } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { CHAT, COMPLETIONS, EMBED_CONTENT, EMBEDDINGS, GEMINI, MESSAGES, PIXEL, RESPONSES } from './__fixtures__/full-bodies.ts'
import { anthropicMessages, readCountTokensRequest } from './anthropic-messages/index.ts'
import { gemini, geminiEmbeddings, geminiTokenCount } from './gemini/index.ts'
import { ollamaChat } from './ollama/index.ts'
import { openaiChat } from './openai-chat/index.ts'
import { openaiCompletions } from './openai-completions/index.ts'
import { openaiEmbeddings } from './openai-embeddings/index.ts'
import { openaiResponses } from './openai-responses/index.ts'
import { workersAi } from './workers-ai/index.ts'

const VENDORS: readonly ChatProtocol[] = [openaiChat, openaiResponses, anthropicMessages, gemini, ollamaChat, workersAi]
const DEPTH = 100_000
const DEADLINE_MS = 2000
const DEEP_LIST = '['.repeat(DEPTH) + ']'.repeat(DEPTH)
const DEEP_OBJECT = `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`
const MARK = 'what is to be replaced'

describe.each(surfaces())('$name', ({ body, receive }) => {
  const places = placesIn(body)
  const objects = places.filter((place) => isJsonObject(valueAt(body, place)))

  it('takes the body that the others are made of', () => {
    expect(() => receive(JSON.stringify(body))).not.toThrow()
  })

  it.each(places.map((place) => [place.join('.'), place] as const))('takes null for %s, or says that it is wrong', (_, place) => {
    expect(outcomeOf(() => receive(replaced(body, place, 'null')))).toBeOneOf(['taken', 'invalid-request'])
  })

  it('takes fields that nobody knows in the body', () => {
    expect(outcomeOf(() => receive(withStrangeFields(body, [])))).toBe('taken')
  })

  it.each(objects.map((place) => [place.join('.'), place] as const))(
    'takes fields that nobody knows in %s, or says that they are wrong',
    (_, place) => {
      // A function of several kinds at once, or a choice of a tool that says more than it may, can be wrong.
      expect(outcomeOf(() => receive(withStrangeFields(body, place)))).toBeOneOf(['taken', 'invalid-request'])
    },
  )

  it.each(places.map((place) => [place.join('.'), place] as const))(
    'takes 100,000 levels in %s, or says that they are too many',
    (_, place) => {
      const startedMs = performance.now()
      const deep = isJsonObject(valueAt(body, place)) ? DEEP_OBJECT : DEEP_LIST
      expect(outcomeOf(() => receive(replaced(body, place, deep)))).toBeOneOf(['taken', 'invalid-request'])
      expect(performance.now() - startedMs).toBeLessThan(DEADLINE_MS)
    },
  )

  it('takes 100,000 levels in a field that nobody knows, or says that they are too many', () => {
    const text = replaced({ ...body, mystery: 1 }, ['mystery'], DEEP_LIST)
    expect(outcomeOf(() => receive(text))).toBeOneOf(['taken', 'invalid-request'])
  })

  it.each(['[]', '"text"', '1', '{}', '{"model":{}}', '{"model":"m","messages":{"length":1}}', '{"__proto__":{"model":"m"}}'])(
    'says that %s is wrong',
    (text) => {
      expect(outcomeOf(() => receive(text))).toBeOneOf(['taken', 'invalid-request'])
    },
  )
})

describe.each(surfaces().filter(({ image }) => image !== undefined))(
  'an image of ten megabytes to $name',
  ({ body, image = [], receive }) => {
    it('goes to every vendor as it is, and soon', () => {
      const data = 'QUJD'.repeat(2_500_000)
      const url = valueAt(body, image)
      const text = replaced(body, image, JSON.stringify(String(url).replace(PIXEL, data)))
      const startedMs = performance.now()
      const written = receive(text)
      expect(performance.now() - startedMs).toBeLessThan(DEADLINE_MS)
      expect(written.map((sent) => sent.includes(data))).toEqual(written.map(() => true))
    })
  },
)

interface Surface {
  readonly name: string
  /** A body that says as much as it can. */
  readonly body: JsonObject
  /** Where in it an image stands. */
  readonly image?: Place
  /** All that is done with a body: opened, passed on, translated for every vendor. What is sent to each. */
  readonly receive: (text: string) => readonly string[]
}

function surfaces(): readonly Surface[] {
  return [
    { name: 'openai-chat', body: CHAT, image: ['messages', 1, 'content', 1, 'image_url', 'url'], receive: chat(openaiChat) },
    { name: 'openai-responses', body: RESPONSES, image: ['input', 0, 'content', 1, 'image_url'], receive: chat(openaiResponses) },
    {
      name: 'anthropic-messages',
      body: MESSAGES,
      image: ['messages', 0, 'content', 1, 'source', 'data'],
      receive: chat(anthropicMessages),
    },
    {
      name: 'gemini',
      body: GEMINI,
      image: ['contents', 0, 'parts', 1, 'inlineData', 'data'],
      receive: chat(gemini, { model: 'm', isStreaming: false }),
    },
    { name: 'openai-completions', body: COMPLETIONS, receive: chat(openaiCompletions) },
    { name: 'openai-embeddings', body: EMBEDDINGS, receive: embeddings(openaiEmbeddings) },
    { name: 'gemini embedContent', body: EMBED_CONTENT, receive: embeddings(geminiEmbeddings, { model: 'm', isStreaming: false }) },
    { name: 'anthropic count_tokens', body: without(MESSAGES, 'max_tokens'), receive: counting((body) => readCountTokensRequest(body)) },
    {
      name: 'gemini countTokens',
      body: { generateContentRequest: GEMINI },
      receive: counting((body) => geminiTokenCount.readRequest(body, 'm')),
    },
  ]
}

function chat(protocol: ChatProtocol, address?: WireRequest['address']): Surface['receive'] {
  return (text) => {
    const wire = wireOf(protocol.name, text, address)
    const opened = protocol.openRequest(wire)
    const passed = protocol.passRequest(wire, { model: 'other', canAskForUsage: true })
    return [typeof passed === 'string' ? passed : new TextDecoder().decode(passed), ...translated(opened.chat())]
  }
}

function embeddings(protocol: EmbeddingsProtocol, address?: WireRequest['address']): Surface['receive'] {
  return (text) => {
    const wire = wireOf(protocol.name, text, address)
    const request = protocol.openRequest(wire).embeddings()
    protocol.passRequest(wire, { model: 'other' })
    return [openaiEmbeddings, geminiEmbeddings].map((vendor) => writeJson(vendor.writeRequest(request).value))
  }
}

function counting(read: (body: JsonObject) => ChatRequest): Surface['receive'] {
  return (text) => translated(read(wireOf('', text).json))
}

function translated(request: ChatRequest): readonly string[] {
  return VENDORS.map((vendor) => writeJson(vendor.writeRequest(request).value))
}

function wireOf(protocol: string, text: string, address?: WireRequest['address']): WireRequest {
  const json: unknown = JSON.parse(text)
  // As the server says, before a protocol sees it.
  if (!isJsonObject(json)) throw new GatewayError('invalid-request', 'body: expected an object')
  return { protocol, bytes: new TextEncoder().encode(text), text, json, ...(address && { address }) }
}

type Place = readonly (string | number)[]

function placesIn(value: unknown, place: Place = []): readonly Place[] {
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(isJsonObject(value) ? value : {})
  return entries.flatMap(([step, inner]) => [[...place, step], ...placesIn(inner, [...place, step])])
}

function valueAt(value: unknown, place: Place): unknown {
  return place.reduce<unknown>((inner, step) => Reflect.get(Object(inner), step), value)
}

/** The text of a body with another text in one place, which may be too deep to be written by a serializer. */
function replaced(body: JsonObject, place: Place, text: string): string {
  if (place.length === 0) return text
  const marked = structuredClone(body)
  Reflect.set(Object(valueAt(marked, place.slice(0, -1))), place.at(-1) ?? '', MARK)
  return JSON.stringify(marked).replace(JSON.stringify(MARK), () => text)
}

function withStrangeFields(body: JsonObject, place: Place): string {
  const value = valueAt(body, place)
  const strange = { ...(isJsonObject(value) ? value : {}), mystery: { a: [1, null, 'ü'] }, 'x-y z': null }
  return replaced(body, place, JSON.stringify(strange))
}

function outcomeOf(action: () => unknown): string {
  try {
    action()
    return 'taken'
  } catch (error) {
    if (!(error instanceof GatewayError)) return String(error)
    return error.message.length > 0 && error.message.length < 300 ? error.code : 'no clear message'
  }
}

function without(body: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== field))
}
