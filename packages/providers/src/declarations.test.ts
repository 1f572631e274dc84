import { GatewayError, type Provider } from '@gateway/core'
import { openaiChat } from '@gateway/protocols'
import { describe, expect, it } from 'vitest'
import { anthropic } from './anthropic.ts'
import { azureOpenai } from './azure-openai.ts'
import { gemini } from './gemini.ts'
import { groq } from './groq.ts'
import { llamacpp } from './llamacpp.ts'
import { mistral } from './mistral.ts'
import { ollama } from './ollama.ts'
import { openaiCompatible } from './openai-compatible.ts'
import { openai } from './openai.ts'
import { openrouter } from './openrouter.ts'
import { together } from './together.ts'
import { workersAi } from './workers-ai/workers-ai.ts'
import { xai } from './xai.ts'

const urlsOf = ({ chat, endpoints }: Provider, isStreaming = false): readonly string[] =>
  chat.map((surface) => endpoints[0].baseUrl + surface.path('a/b', isStreaming))

const namesOf = ({ chat }: Provider): readonly string[] => chat.map(({ protocol }) => protocol.name)

describe('addresses', () => {
  it.each([
    [
      openai(),
      ['https://api.openai.com/v1/chat/completions', 'https://api.openai.com/v1/responses', 'https://api.openai.com/v1/completions'],
    ],
    [groq(), ['https://api.groq.com/openai/v1/chat/completions', 'https://api.groq.com/openai/v1/responses']],
    [anthropic(), ['https://api.anthropic.com/v1/messages']],
    [gemini(), ['https://generativelanguage.googleapis.com/v1beta/models/a/b:generateContent']],
    [
      azureOpenai({ resource: 'house' }),
      ['chat/completions', 'responses', 'completions'].map((path) => `https://house.openai.azure.com/openai/v1/${path}`),
    ],
  ])('of $0.name are where the vendor has them', (provider, urls) => {
    expect(urlsOf(provider)).toEqual(urls)
  })

  it('of Gemini say that they stream', () => {
    expect(urlsOf(gemini(), true)[0]).toMatch(/:streamGenerateContent\?alt=sse$/)
  })

  it('of embeddings say how many texts, or which deployment', () => {
    expect(gemini().embeddings?.path('e', 1)).toBe('/models/e:embedContent')
    expect(gemini().embeddings?.path('e', 2)).toBe('/models/e:batchEmbedContents')
    expect(openai().embeddings?.path('e', 2)).toBe('/embeddings')
    const dated = azureOpenai({ resource: 'house', apiVersion: '2024-10-21' })
    expect(dated.embeddings?.path('e', 1)).toBe('/deployments/e/embeddings?api-version=2024-10-21')
    expect([openai().takesOther, dated.takesOther, anthropic().takesOther]).toEqual([true, undefined, undefined])
  })

  it('without a path get the one of the declaration, and keep their own', () => {
    const baseUrls = ['http://127.0.0.1:9', 'http://127.0.0.1:9/', 'http://127.0.0.1:9/here/'].map(
      (baseUrl) => anthropic({ baseUrl }).endpoints[0].baseUrl,
    )
    expect(baseUrls).toEqual(['http://127.0.0.1:9/v1', 'http://127.0.0.1:9/v1', 'http://127.0.0.1:9/here'])
  })

  it('that need a setting say which', () => {
    expect(() => azureOpenai({ apiKey: 'key' })).toThrow(
      new GatewayError('invalid-configuration', "Provider 'azure-openai' needs the setting resource, or a baseUrl."),
    )
    expect(() => azureOpenai({ resource: 'evil.example/#' })).toThrow(GatewayError)
  })
})

describe('keys', () => {
  it.each([
    [anthropic, { 'anthropic-version': '2023-06-01', 'x-api-key': 'key' }],
    [gemini, { 'x-goog-api-key': 'key' }],
    [openai, { authorization: 'Bearer key' }],
  ])('stand in the header that the vendor reads', (create, headers) => {
    expect(create({ apiKey: 'key' }).endpoints[0].headers).toEqual(headers)
  })

  it('that are several are endpoints of their own', () => {
    const { endpoints } = groq({ name: 'fast', apiKey: 'a', apiKeys: ['b', { key: 'c', weight: 2 }] })
    expect(endpoints.map(({ name, weight }) => [name, weight])).toEqual([
      ['fast#1', 1],
      ['fast#2', 1],
      ['fast#3', 2],
    ])
  })
})

describe('protocols', () => {
  it.each([
    [ollama(), ['openai-chat', 'anthropic-messages', 'openai-completions']],
    [llamacpp(), ['openai-chat', 'anthropic-messages', 'openai-completions']],
    [openrouter(), ['openai-chat', 'openai-responses', 'openai-completions']],
    [openaiCompatible({ baseUrl: 'http://127.0.0.1' }), ['openai-chat']],
    [xai({ protocols: ['openai-responses', 'openai-chat'] }), ['openai-responses', 'openai-chat']],
    [openrouter({ protocols: ['openai-chat', 'anthropic-messages'] }), ['openai-chat', 'anthropic-messages']],
    [ollama({ protocols: [] }), ['openai-chat', 'anthropic-messages', 'openai-completions']],
  ])('are those of the kind, or those that the deployment chose: $0.name', (provider, names) => {
    expect(namesOf(provider)).toEqual(names)
  })

  it('are refused where the kind cannot speak them, without repeating what was said', () => {
    expect(() => groq({ protocols: ['sk-secret'] })).toThrow("Provider 'groq': expected protocols of openai-chat, openai-responses.")
  })
})

describe('lists of models', () => {
  it('of Anthropic hold the window', () => {
    const body = {
      data: [
        { type: 'model', id: 'claude-opus-4-6', max_input_tokens: 200_000 },
        { id: 'claude-old', max_input_tokens: 0 },
      ],
      has_more: false,
    }
    expect(anthropic().modelList?.read(body)).toEqual([{ name: 'claude-opus-4-6', contextWindow: 200_000 }, { name: 'claude-old' }])
  })

  it('of Gemini hold those that chat', () => {
    const models = [
      { name: 'models/gemini-2.5-flash', inputTokenLimit: 1_048_576, supportedGenerationMethods: ['generateContent', 'countTokens'] },
      { name: 'models/gemini-embedding-001', inputTokenLimit: 2_048, supportedGenerationMethods: ['embedContent'] },
    ]
    expect(gemini().modelList?.read({ models })).toEqual([{ name: 'gemini-2.5-flash', contextWindow: 1_048_576 }])
  })

  it('of Together are bare, and hold what is no text', () => {
    const body = [
      { id: 'meta-llama/Llama-3', type: 'chat', context_length: 8_192 },
      { id: 'black-forest-labs/FLUX', type: 'image' },
    ]
    expect(together().modelList?.read(body)).toEqual([{ name: 'meta-llama/Llama-3', contextWindow: 8_192 }])
  })

  it('of Mistral hold other names', () => {
    const body = {
      data: [{ id: 'mistral-large-2512', aliases: ['mistral-large-latest', 'mistral-large-2512'], max_context_length: 262_144 }],
    }
    const model = { name: 'mistral-large-2512', aliases: ['mistral-large-latest'], contextWindow: 262_144 }
    expect(mistral().modelList?.read(body)).toEqual([model])
  })

  it('of Workers AI hold more than models for text', () => {
    const result = [
      {
        name: '@cf/meta/llama-3.1-8b-instruct',
        task: { name: 'Text Generation' },
        properties: [{ property_id: 'context_window', value: '7968' }],
      },
      { name: '@cf/black-forest-labs/flux-1-schnell', task: { name: 'Text-to-Image' } },
    ]
    expect(workersAi({ accountId: 'house' }).modelList?.read({ result })).toEqual([
      { name: '@cf/meta/llama-3.1-8b-instruct', contextWindow: 7_968 },
    ])
  })

  it('of Azure are no offer', () => {
    expect(azureOpenai({ resource: 'house' }).modelList?.read({ data: [{ id: 'gpt-4o' }] })).toEqual([])
  })
})

describe("Mistral's dialect", () => {
  const { protocol } = mistral().chat[0]
  const wireOf = (json: Readonly<Record<string, unknown>>) => {
    const text = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...json })
    return { protocol: 'openai-chat', text, bytes: new TextEncoder().encode(text), json: JSON.parse(text) }
  }
  const target = { model: 'm', canAskForUsage: false }

  it('renames what it knows by other names', () => {
    const passed = protocol.passRequest(wireOf({ max_completion_tokens: 5, seed: 7, n: 1 }), target)
    const text = typeof passed === 'string' ? passed : new TextDecoder().decode(passed)
    expect(JSON.parse(text)).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }], max_tokens: 5, random_seed: 7, n: 1 })
    const request = openaiChat.readRequest(wireOf({ seed: 7, max_tokens: 5 }).json)
    expect(protocol.writeRequest(request).value).toMatchObject({ random_seed: 7, max_tokens: 5 })
  })

  it('is not the only one: Ollama knows the limit by its older name alone', () => {
    const passed = ollama().chat[0].protocol.passRequest(wireOf({ max_completion_tokens: 5 }), target)
    const text = typeof passed === 'string' ? passed : new TextDecoder().decode(passed)
    expect(JSON.parse(text)).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }], max_tokens: 5 })
  })

  it('leaves all other bytes as they came', () => {
    const wire = wireOf({ temperature: 1.0, custom: [1] })
    expect(protocol.passRequest(wire, target)).toBe(wire.bytes)
  })
})
