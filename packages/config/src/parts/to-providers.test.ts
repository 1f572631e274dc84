import { GatewayError } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { defineConfig } from '../configuration.ts'
import { env } from '../environment/env-reference.ts'
import { toSettings } from '../to-settings.ts'

const providersOf = (configuration: unknown, variables: Readonly<Record<string, string>> = {}) =>
  toSettings({ configuration, env: variables }).providers.map(({ provider }) => provider)

const inEnvironment = (variables: Readonly<Record<string, string>>) =>
  toSettings({ env: variables }).providers.map(({ provider }) => provider)

const messageOf = (input: Parameters<typeof toSettings>[0]): string => {
  try {
    toSettings(input)
  } catch (error) {
    if (error instanceof GatewayError) return error.message
    throw error
  }
  return ''
}

describe('several keys of one provider', () => {
  it('are endpoints of their own, with their weights, and may come from the environment', () => {
    const configuration = defineConfig({
      providers: { groq: { apiKeys: [env('FIRST'), { key: env('SECOND'), weight: env('SHARE') }] } },
    })
    const [groq] = providersOf(configuration, { FIRST: 'one', SECOND: 'two', SHARE: '3' })
    expect(groq?.endpoints).toMatchObject([
      { name: 'groq#1', headers: { authorization: 'Bearer one' }, weight: 1 },
      { name: 'groq#2', headers: { authorization: 'Bearer two' }, weight: 3 },
    ])
  })

  it.each([
    [[], 'providers.groq.apiKeys: found a list, expected at least one key'],
    [['a b'], 'providers.groq.apiKeys[0]: found text, expected'],
    [[{ key: 'a', weight: 0 }], 'providers.groq.apiKeys[0].weight: found a number, expected a number above 0'],
    [[{ weight: 1 }], 'providers.groq.apiKeys[0].key: found nothing, expected visible ASCII'],
    [[5], 'providers.groq.apiKeys[0]: found a number, expected a list of keys'],
  ])('are checked: %j', (apiKeys, problem) => {
    expect(messageOf({ configuration: { providers: { groq: { apiKeys } } }, env: {} })).toContain(problem)
  })
})

describe('the protocols of a deployment', () => {
  it('are those that it names, and the first is what others are translated to', () => {
    const protocols = ['anthropic-messages', 'openai-chat']
    const [mine] = providersOf({ providers: { mine: { baseUrl: 'http://127.0.0.1:8000', protocols } } })
    expect(mine?.chat.map(({ protocol }) => protocol.name)).toEqual(protocols)
    expect(mine?.chat[0].path('any', false)).toBe('/messages')
  })

  it('must be such that the kind can speak', () => {
    const configuration = { providers: { groq: { apiKey: 'key', protocols: ['gemini'] } } }
    expect(messageOf({ configuration, env: {} })).toContain(
      "providers.groq: Provider 'groq': expected protocols of openai-chat, openai-responses",
    )
  })
})

describe('an address that names a setting', () => {
  it('is completed', () => {
    const [azure] = providersOf({ providers: { 'azure-openai': { resource: 'house', apiKey: 'key' } } })
    expect(azure?.endpoints[0]).toMatchObject({ baseUrl: 'https://house.openai.azure.com/openai/v1', headers: { 'api-key': 'key' } })
  })

  it('asks for the setting where nothing says the address', () => {
    expect(messageOf({ configuration: { providers: { 'azure-openai': { apiKey: 'key' } } }, env: {} })).toContain(
      'providers.azure-openai.baseUrl: found nothing, expected the address of the server, or resource in its place',
    )
  })

  it('asks for the key of the public address', () => {
    expect(messageOf({ configuration: { providers: { 'azure-openai': { resource: 'house' } } }, env: {} })).toContain(
      'providers.azure-openai.apiKey: found nothing, expected the key that {resource}.openai.azure.com asks for',
    )
  })

  it('has the older form with a version', () => {
    const [azure] = providersOf({ providers: { 'azure-openai': { resource: 'house', apiKey: 'key', apiVersion: '2024-10-21' } } })
    const url = `${azure?.endpoints[0].baseUrl}${azure?.chat[0].path('my-gpt', true)}`
    expect(url).toBe('https://house.openai.azure.com/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21')
  })
})

describe('the environment alone', () => {
  it.each([
    ['ANTHROPIC', 'anthropic', 'https://api.anthropic.com/v1', 'x-api-key'],
    ['GEMINI', 'gemini', 'https://generativelanguage.googleapis.com/v1beta', 'x-goog-api-key'],
    ['MISTRAL', 'mistral', 'https://api.mistral.ai/v1', 'authorization'],
    ['DEEPSEEK', 'deepseek', 'https://api.deepseek.com', 'authorization'],
    ['XAI', 'xai', 'https://api.x.ai/v1', 'authorization'],
    ['TOGETHER', 'together', 'https://api.together.xyz/v1', 'authorization'],
    ['FIREWORKS', 'fireworks', 'https://api.fireworks.ai/inference/v1', 'authorization'],
    ['OPENROUTER', 'openrouter', 'https://openrouter.ai/api/v1', 'authorization'],
  ])('sets up %s by its key, and moves it by its address', (...row) => {
    const [prefix, name, address, header] = row
    const [provider] = inEnvironment({ [`${prefix}_API_KEY`]: 'key' })
    expect(provider).toMatchObject({ name, endpoints: [{ baseUrl: address }] })
    expect(Object.keys(provider?.endpoints[0].headers ?? {})).toContain(header)
    const [moved] = inEnvironment({ [`${prefix}_API_KEY`]: 'key', [`${prefix}_ENDPOINT`]: 'http://127.0.0.1:9/here' })
    expect(moved?.endpoints[0].baseUrl).toBe('http://127.0.0.1:9/here')
  })

  it('sets up Azure by its address and its key', () => {
    const variables = { AZURE_OPENAI_ENDPOINT: 'https://house.openai.azure.com/', AZURE_OPENAI_API_KEY: 'key' }
    expect(inEnvironment(variables)[0]?.endpoints[0].baseUrl).toBe('https://house.openai.azure.com/openai/v1')
    expect(messageOf({ env: { AZURE_OPENAI_API_KEY: 'key' } })).toContain('AZURE_OPENAI_ENDPOINT: found nothing')
  })

  it('sets up Workers AI by the account and its token', () => {
    const variables = { CLOUDFLARE_ACCOUNT_ID: 'house', CLOUDFLARE_API_TOKEN: 'token' }
    expect(inEnvironment(variables)).toMatchObject([
      { name: 'workers-ai', endpoints: [{ baseUrl: 'https://api.cloudflare.com/client/v4/accounts/house/ai' }] },
    ])
  })

  it('takes what only the tools of Cloudflare need for no provider', () => {
    expect(inEnvironment({ CLOUDFLARE_API_TOKEN: 'token' }).map(({ name }) => name)).toEqual(['ollama', 'llamacpp'])
  })
})
