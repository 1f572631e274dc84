import { DEFAULT_POLICY, defineStrategy, GatewayError, type Provider } from '@gateway/core'
import { defineProvider, openaiCompatible } from '@gateway/providers'
import { describe, expect, it } from 'vitest'
import { defineConfig, type Configuration } from './configuration.ts'
import { env } from './environment/env-reference.ts'
import { KINDS } from './parts/kinds.ts'
import { toSettings, type SettingsInput } from './to-settings.ts'

const fromEnvironment = (variables: Readonly<Record<string, unknown>> = {}) => toSettings({ env: variables })

const fromConfiguration = (configuration: Configuration, variables: Readonly<Record<string, unknown>> = {}) =>
  toSettings({ configuration, env: variables })

/** The lines of the error, without the first, which counts them. */
const problemsOf = (input: SettingsInput): readonly string[] => {
  try {
    toSettings(input)
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'invalid-configuration') throw error
    const [first = '', ...lines] = error.message.split('\n')
    expect(first).toContain(lines.length === 1 ? '1 problem:' : `${lines.length} problems:`)
    return lines.map((line) => line.replace('  - ', ''))
  }
  return []
}

const inEnvironment = (variables: Readonly<Record<string, string>>) => problemsOf({ env: variables })
const inConfiguration = (configuration: unknown, variables: Readonly<Record<string, string>> = {}) =>
  problemsOf({ configuration, env: variables })

const namesOf = (settings: ReturnType<typeof toSettings>) => settings.providers.map(({ provider }) => provider.name)
const providerOf = (settings: ReturnType<typeof toSettings>, name: string): Provider | undefined =>
  settings.providers.find(({ provider }) => provider.name === name)?.provider

describe('nothing configured at all', () => {
  const settings = fromEnvironment()

  it('listens on this machine alone and logs beside itself', () => {
    expect(settings.server).toEqual({ host: '127.0.0.1', port: 8787, keepAliveMs: 15_000, drainMs: 30_000, maxBodyBytes: 26_214_400 })
    expect(settings).toMatchObject({
      source: 'the environment',
      token: null,
      storage: { path: '.gateway/gateway.db' },
      logLevel: 'info',
      healthIntervalMs: 60_000,
      policy: DEFAULT_POLICY,
      warnings: [],
    })
  })

  it('looks for an Ollama and a llama.cpp, and offers the simulated model', () => {
    expect(settings.isSimulated).toBe(true)
    expect(settings.providers.map(({ provider, isLookedFor }) => [provider.name, provider.endpoints[0].baseUrl, isLookedFor])).toEqual([
      ['ollama', 'http://127.0.0.1:11434/v1', true],
      ['llamacpp', 'http://127.0.0.1:8080/v1', true],
    ])
  })

  it('asks the cheapest first', () => {
    expect(settings.strategies.map((strategy) => strategy.name)).toEqual(['cost-optimized', 'local-first'])
  })
})

describe('the environment alone', () => {
  it('is enough for every provider, in the order in which they are asked', () => {
    const settings = fromEnvironment({
      OPENROUTER_API_KEY: 'router-key',
      OPENAI_API_KEY: 'openai-key',
      GROQ_API_KEY: 'groq-key',
      KAMATERA_ENDPOINT: 'https://llm.example.com',
      KAMATERA_AUTH_TOKEN: 'kamatera-token',
      LLAMACPP_ENDPOINT: 'http://10.0.0.3:8080',
      OLLAMA_ENDPOINT: 'http://10.0.0.2:11434',
    })
    expect(settings.providers.map(({ provider, isLookedFor }) => [provider.name, provider.endpoints[0].baseUrl, isLookedFor])).toEqual([
      ['ollama', 'http://10.0.0.2:11434/v1', false],
      ['llamacpp', 'http://10.0.0.3:8080/v1', false],
      ['kamatera', 'https://llm.example.com/v1', false],
      ['groq', 'https://api.groq.com/openai/v1', false],
      ['openai', 'https://api.openai.com/v1', false],
      ['openrouter', 'https://openrouter.ai/api/v1', false],
    ])
    expect(settings.isSimulated).toBe(false)
    expect(providerOf(settings, 'openai')?.endpoints[0].headers).toEqual({ authorization: 'Bearer openai-key' })
  })

  it('knows kamatera as a server that takes a bearer token and a tenth of a cent a request', () => {
    const kamatera = providerOf(fromEnvironment({ KAMATERA_ENDPOINT: 'https://llm.example.com', KAMATERA_AUTH_TOKEN: 'token' }), 'kamatera')
    expect(kamatera).toMatchObject({ isLocal: false, price: { input: 0, output: 0, perRequest: 1_000_000 } })
    expect(kamatera?.endpoints[0].headers).toEqual({ authorization: 'Bearer token' })
  })

  it('sets routing, clocks and the server', () => {
    const settings = fromEnvironment({
      DEFAULT_ROUTING_STRATEGY: 'local-first',
      ENABLE_FAILOVER: 'false',
      MAX_FAILOVER_ATTEMPTS: '5',
      HEALTH_CHECK_INTERVAL_SEC: '15',
      CONNECT_TIMEOUT_MS: '1000',
      FIRST_BYTE_TIMEOUT_MS: '2000',
      IDLE_TIMEOUT_MS: '3000',
      TOTAL_TIMEOUT_MS: '40000',
      PORT: '9000',
      HOST: '::1',
      LOG_LEVEL: 'debug',
      AUTH_TOKEN: 'let-me-in',
    })
    expect(settings.strategies[0]?.name).toBe('local-first')
    expect(settings.policy).toMatchObject({
      failover: false,
      maxAttempts: 5,
      clocks: { connectMs: 1_000, firstByteMs: 2_000, wholeReplyMs: 20_000, idleMs: 3_000, totalMs: 40_000 },
    })
    expect(settings.healthIntervalMs).toBe(15_000)
    expect(settings).toMatchObject({ server: { host: '::1', port: 9_000 }, logLevel: 'debug', token: 'let-me-in' })
  })

  it('counts an empty or a blank variable as unset, and drops blanks around a value', () => {
    const settings = fromEnvironment({ OPENAI_API_KEY: '', GROQ_ENDPOINT: '  ', PORT: '', GROQ_API_KEY: ' key\n' })
    expect(namesOf(settings)).toEqual(['groq'])
    expect(settings.server.port).toBe(8787)
    expect(providerOf(settings, 'groq')?.endpoints[0].headers).toEqual({ authorization: 'Bearer key' })
  })

  it('takes numbers and flags as a Worker binds them, and leaves its other bindings alone', () => {
    expect(fromEnvironment({ PORT: 9_000, ENABLE_FAILOVER: false, DB: { prepare: () => null }, HOST: undefined })).toMatchObject({
      server: { port: 9_000, host: '127.0.0.1' },
      policy: { failover: false },
    })
  })

  it.each(['true', 'TRUE', '1', 'yes', 'on'])('takes %s for true', (value) => {
    expect(fromEnvironment({ ENABLE_FAILOVER: value }).policy.failover).toBe(true)
  })

  it.each(['false', 'False', '0', 'no', 'off'])('takes %s for false', (value) => {
    expect(fromEnvironment({ ENABLE_FAILOVER: value }).policy.failover).toBe(false)
  })

  it('lets a proxy stand in for a vendor without a key', () => {
    expect(namesOf(fromEnvironment({ OPENAI_ENDPOINT: 'http://127.0.0.1:4000' }))).toEqual(['openai'])
    expect(namesOf(fromEnvironment({ GROQ_ENDPOINT: 'http://localhost:4000/openai/v1' }))).toEqual(['groq'])
  })

  it('still looks for local servers where only the strategy is set', () => {
    expect(fromEnvironment({ DEFAULT_ROUTING_STRATEGY: 'local-first' }).isSimulated).toBe(true)
  })
})

describe('what is wrong with the environment', () => {
  it('is told at once, each by the name of its variable', () => {
    const problems = inEnvironment({
      PORT: 'abc',
      ENABLE_FAILOVER: 'maybe',
      HEALTH_CHECK_INTERVAL_SEC: '-1',
      MAX_FAILOVER_ATTEMPTS: '2.5',
      OLLAMA_ENDPOINT: 'localhost:11434',
      GROQ_ENDPOINT: 'https://api.groq.com/openai/v1',
      KAMATERA_AUTH_TOKEN: 'token',
      DEFAULT_ROUTING_STRATEGY: 'local_first',
      LOG_LEVEL: 'verbose',
      HOST: 'a b',
      TOTAL_TIMEOUT_MS: '99999999999',
    })
    expect(problems.toSorted()).toEqual([
      `DEFAULT_ROUTING_STRATEGY: found "local_first", expected one of cost-optimized, local-first; did you mean 'local-first'?`,
      'ENABLE_FAILOVER: found "maybe", expected true or false',
      'GROQ_API_KEY: found nothing, expected the key that api.groq.com asks for',
      'HEALTH_CHECK_INTERVAL_SEC: found -1, expected whole seconds from 1 to 86400',
      'HOST: found text, expected a host name or an address',
      'KAMATERA_ENDPOINT: found nothing, expected the address of the server',
      'LOG_LEVEL: found "verbose", expected one of debug, info, warn, error, silent',
      'MAX_FAILOVER_ATTEMPTS: found 2.5, expected a whole number from 1 to 100',
      'OLLAMA_ENDPOINT: found text, expected an http or https address without user, password and query, for example http://127.0.0.1:8000/v1',
      'PORT: found "abc", expected a whole number from 0 to 65535',
      'TOTAL_TIMEOUT_MS: found 99999999999, expected whole milliseconds from 1 to 2147483647',
    ])
  })

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '0x10'],
    ['PORT', '1e3'],
    ['PORT', 'NaN'],
    ['MAX_FAILOVER_ATTEMPTS', '0'],
    ['HEALTH_CHECK_INTERVAL_SEC', '0'],
    ['OPENAI_ENDPOINT', 'ftp://127.0.0.1'],
    ['OPENAI_ENDPOINT', 'http://user:password@127.0.0.1'],
    ['OPENAI_ENDPOINT', 'http://127.0.0.1/v1?api-version=1'],
    ['OPENAI_API_KEY', 'two words'],
    ['OPENAI_API_KEY', 'kéy'],
    ['AUTH_TOKEN', 'line\nbreak'],
    ['DEFAULT_ROUTING_STRATEGY', '__proto__'],
  ])('is told where %s is %s', (name, value) => {
    const problems = inEnvironment({ [name]: value })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(new RegExp(`^${name}: found .+, expected .+`))
  })

  it('is a vendor’s own address without its key', () => {
    expect(inEnvironment({ OPENAI_ENDPOINT: 'https://api.openai.com' })).toEqual([
      'OPENAI_API_KEY: found nothing, expected the key that api.openai.com asks for',
    ])
  })
})

describe('a configuration', () => {
  it('goes before the environment, but for what belongs to the machine', () => {
    const machine = { PORT: '9000', HOST: '127.0.0.2', LOG_LEVEL: 'warn', AUTH_TOKEN: 'from-environment' }
    const settings = fromConfiguration(
      {
        providers: { ollama: {} },
        server: { port: 1, host: '::1', drainMs: 5 },
        log: { level: 'debug' },
        auth: { token: 'from-file' },
        routing: { strategy: 'local-first' },
      },
      { ...machine, DEFAULT_ROUTING_STRATEGY: 'cost-optimized', OPENAI_API_KEY: 'unused', MAX_FAILOVER_ATTEMPTS: 'unread' },
    )
    expect(settings).toMatchObject({
      source: 'the configuration',
      server: { port: 9_000, host: '127.0.0.2', drainMs: 5 },
      logLevel: 'warn',
      token: 'from-environment',
    })
    expect(namesOf(settings)).toEqual(['ollama'])
    expect(settings.strategies[0]?.name).toBe('local-first')
  })

  it('reads references to the environment, and their defaults where a variable is unset or empty', () => {
    const settings = fromConfiguration(
      defineConfig({
        providers: { openai: { apiKey: env('MY_KEY'), isLocal: env('IS_LOCAL') } },
        server: { port: env('MY_PORT', 7_000), host: env('EMPTY', 'localhost') },
        routing: { failover: { maxAttempts: env('TRIES') } },
      }),
      { MY_KEY: 'secret', EMPTY: '', TRIES: '7', IS_LOCAL: 'yes' },
    )
    expect(providerOf(settings, 'openai')).toMatchObject({ isLocal: true, endpoints: [{ headers: { authorization: 'Bearer secret' } }] })
    expect(settings).toMatchObject({ server: { port: 7_000, host: 'localhost' }, policy: { maxAttempts: 7 } })
  })

  it('reads references as JSON writes them, in lists and deep down too', () => {
    const settings = toSettings({
      configuration: {
        $schema: './gateway.schema.json',
        providers: { mine: { baseUrl: { env: 'URL' }, serves: [{ env: 'MODEL' }], headers: { 'X-Team': { env: 'TEAM', default: 'a' } } } },
        models: { fast: { targets: [{ provider: 'mine', price: { input: { env: 'PRICE' }, output: 2 } }] } },
      },
      env: { URL: 'http://127.0.0.1:1', MODEL: 'one', PRICE: '0.5' },
    })
    expect(providerOf(settings, 'mine')).toMatchObject({ serves: ['one'], endpoints: [{ headers: { 'x-team': 'a' } }] })
    expect(settings.models[0]?.targets[0]?.price).toEqual({ input: 500_000_000, output: 2_000_000_000 })
  })

  it('takes the kind from the name, else any server of OpenAI’s protocol', () => {
    const settings = fromConfiguration({
      providers: { groq: { apiKey: 'key' }, second: { kind: 'groq', apiKey: 'key' }, mine: { baseUrl: 'http://127.0.0.1:8000/api' } },
    })
    expect(settings.providers.map(({ provider }) => [provider.name, provider.endpoints[0].name, provider.endpoints[0].baseUrl])).toEqual([
      ['groq', 'groq', 'https://api.groq.com/openai/v1'],
      ['second', 'second', 'https://api.groq.com/openai/v1'],
      ['mine', 'mine', 'http://127.0.0.1:8000/api'],
    ])
  })

  it('hands on habits, prices, patterns and locality', () => {
    const settings = fromConfiguration({
      providers: {
        mine: {
          baseUrl: 'http://127.0.0.1:8000',
          isLocal: true,
          serves: ['qwen-*'],
          price: { input: 0.25, output: 1.5, cachedInput: 0.025, perRequest: 0.001 },
          habits: { breaksProtocol: true },
        },
      },
    })
    expect(providerOf(settings, 'mine')).toMatchObject({
      isLocal: true,
      serves: ['qwen-*'],
      price: { input: 250_000_000, output: 1_500_000_000, cachedInput: 25_000_000, perRequest: 1_000_000 },
      chat: [{ habits: { breaksProtocol: true } }],
    })
  })

  it('makes models of names, aliases, patterns and targets', () => {
    const settings = fromConfiguration({
      providers: { groq: { apiKey: 'key' }, openai: { apiKey: 'key' } },
      models: {
        fast: {
          aliases: ['quick'],
          patterns: ['fast-*'],
          contextWindow: 8_000,
          targets: ['groq/meta/llama', 'openai', { provider: 'openai', model: 'gpt-4o' }],
        },
      },
    })
    expect(settings.models).toEqual([
      {
        name: 'fast',
        aliases: ['quick'],
        patterns: ['fast-*'],
        contextWindow: 8_000,
        targets: [{ provider: 'groq', model: 'meta/llama' }, { provider: 'openai' }, { provider: 'openai', model: 'gpt-4o' }],
      },
    ])
  })

  it('offers the simulated model where it is asked for, or where no provider is configured', () => {
    expect(fromConfiguration({ providers: { ollama: {} } }).isSimulated).toBe(false)
    expect(fromConfiguration({ providers: { ollama: {} }, simulated: true }).isSimulated).toBe(true)
    expect(fromConfiguration({ log: { level: 'info' } }).isSimulated).toBe(true)
    expect(fromConfiguration({ simulated: false })).toMatchObject({ isSimulated: false, providers: [{}, {}] })
    expect(fromConfiguration({ simulated: true, models: { demo: { targets: ['simulated'] } } }).models).toHaveLength(1)
  })

  it('keeps a given time for whole replies', () => {
    const { clocks } = fromConfiguration({ routing: { clocks: { firstByteMs: 1_000, wholeReplyMs: 60_000 } } }).policy
    expect(clocks).toMatchObject({ firstByteMs: 1_000, wholeReplyMs: 60_000 })
  })
})

describe('plug-ins of a TypeScript configuration', () => {
  const acme = defineProvider({ ...openaiCompatible.declaration, name: 'acme', address: 'https://api.acme.example/v1', serves: ['acme-*'] })

  it('are providers that are ready, under the name of their key and in their place', () => {
    const settings = fromConfiguration({ providers: { groq: { apiKey: 'key' }, mine: acme({ apiKey: 'secret' }), ollama: {} } })
    expect(namesOf(settings)).toEqual(['groq', 'mine', 'ollama'])
    expect(providerOf(settings, 'mine')).toMatchObject({
      endpoints: [{ name: 'mine', baseUrl: 'https://api.acme.example/v1', headers: { authorization: 'Bearer secret' } }],
      serves: ['acme-*'],
    })
  })

  it('are factories that stand as a kind', () => {
    const settings = fromConfiguration({ providers: { acme: { kind: acme, apiKey: env('ACME_KEY') } } }, { ACME_KEY: 'secret' })
    expect(providerOf(settings, 'acme')?.endpoints[0].headers).toEqual({ authorization: 'Bearer secret' })
  })

  it('are strategies, which may be the default', () => {
    const own = defineStrategy({ name: 'as-they-come', rank: (_request, candidates) => candidates })
    const { strategies } = fromConfiguration({ routing: { strategy: 'as-they-come', strategies: [own] } })
    expect(strategies.map((strategy) => strategy.name)).toEqual(['as-they-come', 'cost-optimized', 'local-first'])
    expect(inConfiguration({ routing: { strategy: 'as-they-cone', strategies: [own] } })).toEqual([
      `routing.strategy: found "as-they-cone", expected one of cost-optimized, local-first, as-they-come; did you mean 'as-they-come'?`,
    ])
  })

  it('are told apart from mistakes', () => {
    const twin = defineStrategy({ name: 'local-first', rank: (_request, candidates) => candidates })
    expect(inConfiguration({ providers: { acme } })).toContain(
      'providers.acme: found a provider factory, expected what it makes: call it, or write { kind: … }',
    )
    expect(inConfiguration({ providers: { 'Not a name': acme() } })).toEqual([
      'providers["Not a name"]: expected a name of small letters, digits, dots, underscores and hyphens',
    ])
    expect(inConfiguration({ routing: { strategies: [{ name: 'x' }] } })).toEqual([
      'routing.strategies: expected a list of strategies, each made with defineStrategy(…)',
    ])
    expect(inConfiguration({ routing: { strategies: [twin] } })).toEqual([
      `routing.strategies: two strategies have the name 'local-first', expected different ones`,
    ])
  })
})

describe('what is wrong with a configuration', () => {
  it('is told at once, with its path, what was found and what was expected', () => {
    const problems = inConfiguration({
      provider: {},
      providers: {
        groq: { apikey: 'key', baseUrl: 'api.groq.com' },
        mine: { kind: 'opena', baseUrl: 'http://127.0.0.1' },
        other: { baseUrl: 'http://127.0.0.1', headers: { 'X Y': 'a', 'x-z': 'a\nb' }, isLocal: 'yes', price: { output: 1 } },
        openrouter: {},
        bare: { kind: 'openai-compatible' },
      },
      models: {
        fast: { targets: ['grok/llama', { provider: 'groq', modle: 'x' }, 5] },
        empty: { targets: [] },
        lost: {},
        odd: { targets: ['grok/x', 'groq/'] },
      },
      routing: { clocks: { connectMs: '5' } },
      server: 5,
      log: null,
    })
    expect(problems).toEqual([
      'providers.groq.baseUrl: found text, expected an http or https address without user, password and query, for example http://127.0.0.1:8000/v1',
      `providers.groq.apikey: unknown key, expected one of kind, baseUrl, apiKey, apiKeys, protocols, accountId, resource, apiVersion, isLocal, headers, serves, price, habits; did you mean 'apiKey'?`,
      `providers.mine.kind: found "opena", expected one of ${[...KINDS.keys()].join(', ')}; did you mean 'openai'?`,
      'providers.other.isLocal: found "yes", expected true or false',
      'providers.other.headers["X Y"]: expected a header name',
      'providers.other.headers.x-z: found text, expected a header value: one line of ASCII',
      'providers.other.price: found an object, expected input and output together, or perRequest alone: what has no price would be free',
      `models.fast.targets[1].modle: unknown key, expected one of model, price, provider; did you mean 'model'?`,
      "models.fast.targets[2]: found 5, expected 'provider/model', or an object with a provider",
      'models.empty.targets: found a list, expected at least one target',
      "models.lost.targets: found nothing, expected a list of targets: 'provider/model', or an object with a provider",
      'routing.clocks.connectMs: found "5", expected whole milliseconds from 1 to 2147483647',
      'server: found 5, expected an object',
      'log: found null, expected an object',
      `provider: unknown key, expected one of $schema, providers, models, routing, server, auth, storage, log, health, simulated; did you mean 'providers'?`,
      'providers.openrouter.apiKey: found nothing, expected the key that openrouter.ai asks for',
      'providers.bare.baseUrl: found nothing, expected the address of the server',
      `models.odd.targets[0]: found the provider "grok", expected one of groq, mine, other, openrouter, bare; did you mean 'groq'?`,
      'models.odd.targets[1]: found a provider without a model, expected provider/model, or the provider alone',
    ])
  })

  it('is a reference to a variable that is not set, without what would follow from it', () => {
    expect(
      inConfiguration({
        providers: { groq: { apiKey: env('MY_KEY') }, openai: { baseUrl: env('MY_PROXY') }, mine: { baseUrl: env('MY_URL') } },
      }),
    ).toEqual([
      'providers.groq.apiKey (from MY_KEY): the environment variable MY_KEY is not set',
      'providers.openai.baseUrl (from MY_PROXY): the environment variable MY_PROXY is not set',
      'providers.mine.baseUrl (from MY_URL): the environment variable MY_URL is not set',
    ])
  })

  it('names the variable that a wrong value came from', () => {
    expect(inConfiguration({ server: { drainMs: env('DRAIN') } }, { DRAIN: 'long', PORT: 'x' })).toEqual([
      'PORT: found "x", expected a whole number from 0 to 65535',
      'server.drainMs (from DRAIN): found "long", expected whole milliseconds from 0 to 2147483647',
    ])
  })

  it('is a section of the wrong sort, even where the environment speaks of it too', () => {
    expect(inConfiguration({ server: 5, auth: 'token' }, { PORT: '9000', AUTH_TOKEN: 'x' })).toEqual([
      'server: found 5, expected an object',
      'auth: found text, expected an object',
    ])
  })

  it.each([
    [[], 'found a list'],
    ['text', 'found text'],
    [null, 'found null'],
    [() => ({}), 'found a function'],
  ])('is that it is no object: %j', (configuration, found) => {
    expect(inConfiguration(configuration, { PORT: '9000' })).toEqual([`the configuration: ${found}, expected an object`])
  })

  it('is an alias that stands for two models, or a taken name', () => {
    const models = { one: { aliases: ['x'], targets: ['simulated'] }, two: { aliases: ['x', 'one'], targets: ['simulated'] } }
    expect(inConfiguration({ models })).toEqual([
      `models.two.aliases[0]: 'x' stands for 'one' already, expected another alias`,
      `models.two.aliases[1]: 'one' stands for 'one' already, expected another alias`,
    ])
    expect(inConfiguration({ providers: { simulated: { baseUrl: 'http://127.0.0.1' } } })).toEqual([
      'providers.simulated: the name of the built-in model, expected another one (or "simulated": true to offer it)',
    ])
  })

  it('is a malformed reference', () => {
    expect(inConfiguration({ server: { port: { env: 'PORT_NUMBER', fallback: 1 } } }, { PORT_NUMBER: '1' })).toEqual([
      'server.port: found an object, expected a whole number from 0 to 65535',
    ])
  })

  it('cannot reach beyond the configuration by its names', () => {
    const problems = inConfiguration(JSON.parse('{ "__proto__": { "polluted": 1 }, "constructor": { "prototype": {} } }'))
    expect(problems.join()).toContain('constructor: unknown key')
    expect({}).not.toHaveProperty('polluted')
    expect(inConfiguration({ 'a\u001b[31m\n': 1 })[0]).toMatch(/^\["a\\u001b\[31m\\n"\]: unknown key/)
  })

  it('names the file', () => {
    expect(() => toSettings({ configuration: { x: 1 }, source: 'gateway.config.json', env: {} })).toThrow(
      'Invalid configuration (gateway.config.json), 1 problem:\n  - x: unknown key',
    )
  })
})

describe('warnings', () => {
  it('speak of a gateway that is open to others', () => {
    expect(fromEnvironment({ HOST: '0.0.0.0' }).warnings).toEqual([
      'Whoever reaches 0.0.0.0 may use this gateway: no token is set (auth.token, AUTH_TOKEN).',
    ])
    expect(fromEnvironment({ HOST: '0.0.0.0', AUTH_TOKEN: 'token' }).warnings).toEqual([])
    expect(fromEnvironment({ HOST: 'localhost' }).warnings).toEqual([])
  })

  it('speak of keys that go over the net unprotected or are missing', () => {
    expect(fromEnvironment({ KAMATERA_ENDPOINT: 'http://203.0.113.5', KAMATERA_AUTH_TOKEN: 'token' }).warnings).toEqual([
      `Provider 'kamatera' is sent its key over http, which others can read on the way.`,
    ])
    expect(fromEnvironment({ KAMATERA_ENDPOINT: 'https://llm.example.com' }).warnings).toEqual([
      `Provider 'kamatera' is sent no key, although it is another machine.`,
    ])
    expect(fromEnvironment({ OLLAMA_ENDPOINT: 'http://10.0.0.2', OPENAI_ENDPOINT: 'http://127.0.0.1:4000' }).warnings).toEqual([])
  })
})
