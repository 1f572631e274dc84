import { GatewayError } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { env } from './environment/env-reference.ts'
import { redact } from './redact.ts'
import type { Settings } from './settings.ts'
import { toSettings } from './to-settings.ts'

const SECRET = 'sk-canary-5f2b'

/** Everything that may be printed of a configuration: its error, or its settings redacted. */
const printed = (configuration: unknown, variables: Readonly<Record<string, string>>): string => {
  try {
    const settings = toSettings({ configuration, env: variables })
    return JSON.stringify([redact(settings), settings.warnings])
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return JSON.stringify([error.message, error.cause ?? null, error.stack])
  }
}

describe('a secret', () => {
  it.each([
    'OPENAI_API_KEY',
    'GROQ_API_KEY',
    'OPENROUTER_API_KEY',
    'ANTHROPIC_API_KEY',
    'GEMINI_API_KEY',
    'AZURE_OPENAI_API_KEY',
    'AZURE_OPENAI_ENDPOINT',
    'MISTRAL_ENDPOINT',
    'KAMATERA_AUTH_TOKEN',
    'AUTH_TOKEN',
    'OPENAI_ENDPOINT',
    'OLLAMA_ENDPOINT',
    'KAMATERA_ENDPOINT',
  ])('in %s is not printed, whether it belongs there or not', (name) => {
    expect(printed(undefined, { [name]: SECRET })).not.toContain(SECRET)
    expect(printed(undefined, { [name]: SECRET, PORT: 'abc' })).not.toContain(SECRET)
    expect(printed(undefined, { [name]: `${SECRET} with blanks` })).not.toContain(SECRET)
    expect(printed(undefined, { [name]: `http://user:${SECRET}@127.0.0.1` })).not.toContain(SECRET)
    expect(printed(undefined, { [name]: `http://127.0.0.1/?key=${SECRET}` })).not.toContain(SECRET)
  })

  it.each([
    { providers: { groq: { apiKey: SECRET } }, auth: { token: SECRET } },
    { providers: { groq: { apiKey: SECRET } }, server: { port: 'abc' } },
    { providers: { groq: { apiKey: `${SECRET} ${SECRET}` } } },
    { providers: { groq: { apiKey: [SECRET] } } },
    { providers: { groq: { apiKey: { value: SECRET } } } },
    { providers: { groq: SECRET } },
    { providers: { groq: { apiKeys: [SECRET, { key: SECRET, weight: 2 }] } } },
    { providers: { groq: { apiKeys: [`${SECRET} ${SECRET}`] } } },
    { providers: { groq: { apiKeys: [{ key: SECRET, weight: SECRET }] } } },
    { providers: { groq: { apiKeys: [{ kye: SECRET }] } } },
    { providers: { groq: { apiKeys: SECRET } } },
    { providers: { groq: { apiKeys: [env('MY_KEY')], protocols: [env('MY_KEY')] } } },
    { providers: { 'azure-openai': { resource: env('MY_KEY'), apiVersion: SECRET } } },
    { providers: { 'azure-openai': { resource: `${SECRET}/x`, apiKey: SECRET } } },
    { providers: { groq: { headers: { authorization: SECRET, 'x-key': SECRET } } } },
    { providers: { groq: { headers: { authorization: `${SECRET}\n` } } } },
    { providers: { groq: { headers: SECRET } } },
    { providers: { groq: { apikey: SECRET } } },
    { providers: { mine: { baseUrl: `http://user:${SECRET}@127.0.0.1` } } },
    { auth: SECRET },
    { auth: { token: `${SECRET}\t` } },
    { server: { port: env('MY_KEY') } },
    { log: { level: env('MY_KEY') } },
    { simulated: env('MY_KEY') },
    { routing: { strategy: env('MY_KEY') } },
    { providers: { mine: { kind: env('MY_KEY') } } },
    { models: { fast: { targets: [env('MY_KEY')] } } },
    { models: { fast: { targets: [env('MY_KEY', 'x')], aliases: SECRET } } },
  ])('in %j is not printed', (configuration) => {
    const text = printed(configuration, { MY_KEY: SECRET })
    expect(text).not.toContain(SECRET)
    expect(text.length).toBeGreaterThan(100)
  })
})

describe('redacted settings', () => {
  const settings = toSettings({
    configuration: {
      providers: { groq: { apiKey: SECRET, headers: { 'X-Team': SECRET } }, ollama: { baseUrl: 'http://10.0.0.2' } },
      models: { fast: { targets: ['groq/llama'] } },
      auth: { token: SECRET },
      server: { port: 9_000 },
    },
    source: 'gateway.config.ts',
    env: {},
  })

  it('say what is set up, and of a secret only that it is there', () => {
    expect(redact(settings)).toMatchObject({
      source: 'gateway.config.ts',
      providers: [
        { name: 'groq', address: 'https://api.groq.com/openai/v1', headers: ['x-team', 'authorization'] },
        { name: 'ollama', address: 'http://10.0.0.2/v1', isLocal: true, headers: [] },
      ],
      models: ['fast'],
      token: 'set',
      server: { port: 9_000 },
    })
    expect(redact({ ...settings, token: null })).toMatchObject({ token: 'none' })
  })

  it('leave out what a plug-in has put into its address', () => {
    const [groq] = settings.providers
    if (!groq) throw new Error('There is no provider.')
    const at = (baseUrl: string): Settings => ({
      ...settings,
      providers: [{ ...groq, provider: { ...groq.provider, endpoints: [{ ...groq.provider.endpoints[0], baseUrl }] } }],
    })
    expect(redact(at(`https://user:${SECRET}@a.example/v1?key=${SECRET}`))).toMatchObject({
      providers: [{ address: 'https://a.example/v1' }],
    })
    expect(redact(at(SECRET))).toMatchObject({ providers: [{ address: 'its own' }] })
  })
})
