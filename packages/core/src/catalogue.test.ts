import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PRICE, pricer, provider } from './__fixtures__/parts.ts'
import { createCatalogue, globMatcher, type Catalogue, type ModelEntry } from './catalogue.ts'
import { FREE } from './ports/pricer.ts'

const openai = provider('openai', { serves: ['gpt-*'], price: PRICE })
const groq = provider('groq', { serves: ['llama-3', 'gpt-oss'] })
const ollama = provider('ollama', { isLocal: true })

describe('looking a name up', () => {
  it('finds a declared model with its targets, in the order of the configuration', () => {
    const catalogue = catalogueOf({ name: 'smart', targets: [{ provider: 'openai', model: 'gpt-5' }, { provider: 'groq' }] })
    expect(found(catalogue, 'smart')).toEqual(['openai/gpt-5', 'groq/smart'])
  })

  it('finds a declared model by an alias, under the name that the target knows', () => {
    const catalogue = catalogueOf({ name: 'smart', aliases: ['clever'], targets: [{ provider: 'groq' }] })
    expect(found(catalogue, 'clever')).toEqual(['groq/smart'])
  })

  it('takes a name for a declared model before it takes it for an alias of another', () => {
    const catalogue = catalogueOf(
      { name: 'smart', targets: [{ provider: 'openai', model: 'gpt-5' }] },
      { name: 'small', aliases: ['smart'], targets: [{ provider: 'groq' }] },
    )
    expect(found(catalogue, 'smart')).toEqual(['openai/gpt-5'])
  })

  it('finds any model of a provider by provider/model, even one that has slashes itself', () => {
    expect(found(catalogueOf(), 'groq/meta-llama/llama-4')).toEqual(['groq/meta-llama/llama-4'])
    expect(found(catalogueOf(), 'groq/')).toEqual([])
    expect(found(catalogueOf(), '/groq')).toEqual([])
  })

  it('takes a declared name before it takes it for an address', () => {
    const catalogue = catalogueOf({ name: 'groq/llama-3', targets: [{ provider: 'ollama', model: 'llama3' }] })
    expect(found(catalogue, 'groq/llama-3')).toEqual(['ollama/llama3'])
  })

  it('finds a declared pattern before the patterns of providers, and asks for the name that the client used', () => {
    const catalogue = catalogueOf({ name: 'all-gpt', patterns: ['gpt-*', '*gemini*'], targets: [{ provider: 'groq' }] })
    expect(found(catalogue, 'gpt-5')).toEqual(['groq/gpt-5'])
    expect(found(catalogue, 'models/gemini-9')).toEqual(['groq/models/gemini-9'])
  })

  it('finds everybody who serves a name by declaration, pattern or list', () => {
    const catalogue = catalogueOf()
    catalogue.learn('ollama', [{ name: 'gpt-oss:latest', aliases: ['gpt-oss'], contextWindow: 8_192 }])
    expect(found(catalogue, 'gpt-oss')).toEqual(['openai/gpt-oss', 'groq/gpt-oss', 'ollama/gpt-oss:latest'])
  })

  it.each(['__proto__', 'toString', 'constructor', 'hasOwnProperty', '', '*', '__proto__/x', 'constructor/x'])(
    'finds nobody for %o',
    (name) => {
      const catalogue = catalogueOf({ name: 'smart', targets: [{ provider: 'groq' }] })
      catalogue.learn('ollama', [{ name: 'llama3' }])
      expect(found(catalogue, name)).toEqual([])
    },
  )

  it('leaves out a target whose provider there is not', () => {
    const catalogue = catalogueOf({ name: 'smart', targets: [{ provider: 'nobody' }, { provider: 'groq' }] })
    expect(found(catalogue, 'smart')).toEqual(['groq/smart'])
  })
})

describe('what is known of a target', () => {
  it('is the price of the entry, else that of the provider, else that of the list', () => {
    const listed = createCatalogue({
      providers: [openai, groq],
      models: [{ name: 'own', targets: [{ provider: 'openai', price: FREE }] }],
      pricer: { ...pricer, priceOf: () => PRICE },
    })
    expect(listed.resolve('own')[0]?.price).toBe(FREE)
    expect(listed.resolve('openai/x')[0]?.price).toBe(openai.price)
    expect(listed.resolve('groq/x')[0]?.price).toBe(PRICE)
    expect(catalogueOf().resolve('groq/x')[0]?.price).toBeNull()
  })

  it('is the context window of the entry, else what the server lists, else nothing', () => {
    const catalogue = catalogueOf({ name: 'own', contextWindow: 1_000, targets: [{ provider: 'ollama', model: 'llama3' }] })
    catalogue.learn('ollama', [{ name: 'llama3', contextWindow: 8_192 }])
    expect(catalogue.resolve('own')[0]?.contextWindow).toBe(1_000)
    expect(catalogue.resolve('ollama/llama3')[0]?.contextWindow).toBe(8_192)
    expect(catalogue.resolve('llama3')[0]?.contextWindow).toBe(8_192)
    expect(catalogue.resolve('groq/x')[0]?.contextWindow).toBeNull()
  })
})

describe('what servers list', () => {
  it('takes the place of what they listed before', () => {
    const catalogue = catalogueOf()
    catalogue.learn('ollama', [{ name: 'old' }])
    catalogue.learn('ollama', [{ name: 'new' }])
    expect(found(catalogue, 'old')).toEqual([])
    expect(found(catalogue, 'new')).toEqual(['ollama/new'])
  })

  it('names a model before an alias of another', () => {
    const catalogue = catalogueOf()
    catalogue.learn('ollama', [{ name: 'a', aliases: ['b'] }, { name: 'b' }])
    expect(found(catalogue, 'b')).toEqual(['ollama/b'])
  })
})

describe('the list', () => {
  it('names every model once, with those who would be asked for it', () => {
    const catalogue = catalogueOf({ name: 'llama-3', aliases: ['llama'], targets: [{ provider: 'ollama' }, { provider: 'nobody' }] })
    catalogue.learn('ollama', [{ name: 'gpt-oss:latest', aliases: ['gpt-oss'] }, { name: 'llama-3' }])
    expect(catalogue.list()).toEqual([
      { name: 'llama-3', providers: ['ollama'] },
      { name: 'gpt-oss', providers: ['openai', 'groq', 'ollama'] },
      { name: 'gpt-oss:latest', providers: ['openai', 'ollama'] },
    ])
  })

  it('names nothing that cannot be asked for', () => {
    const catalogue = catalogueOf({ name: 'smart', targets: [{ provider: 'nobody' }] })
    expect(catalogue.list().map((model) => model.name)).not.toContain('smart')
    for (const model of catalogue.list()) expect(catalogue.resolve(model.name)).not.toEqual([])
  })
})

describe('a pattern', () => {
  it.each([
    ['gpt-*', 'gpt-', true],
    ['gpt-*', 'gpt', false],
    ['*gemini*', 'google/gemini-3', true],
    ['@cf/*', '@cf/meta/llama', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*', '', true],
    ['a.c', 'abc', false],
    ['(a+)+$', '(a+)+$', true],
  ])('%o and the name %o: %s', (pattern, name, expected) => {
    expect(globMatcher(pattern)(name)).toBe(expected)
  })

  it('means what the plainest matcher would say', () => {
    const short = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 })
    const names = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 })
    fc.assert(
      fc.property(short, names, (pattern, name) => {
        expect(globMatcher(pattern)(name)).toBe(naiveMatch(pattern, name))
      }),
      { numRuns: 2_000 },
    )
  })

  it('that would take a backtracking matcher for ever is answered at once', () => {
    const matches = globMatcher(`${'*a'.repeat(200)}*b`)
    const startedAt = performance.now()
    expect(matches(`${'a'.repeat(10_000)}c`)).toBe(false)
    expect(matches(`${'a'.repeat(10_000)}b`)).toBe(true)
    expect(performance.now() - startedAt).toBeLessThan(100)
  })
})

function catalogueOf(...models: readonly ModelEntry[]): Catalogue {
  return createCatalogue({ providers: [openai, groq, ollama], models, pricer })
}

function found(catalogue: Catalogue, name: string): readonly string[] {
  return catalogue.resolve(name).map((target) => `${target.provider.name}/${target.model}`)
}

function naiveMatch(pattern: string, name: string): boolean {
  if (pattern === '') return name === ''
  if (pattern.startsWith('*')) return Array.from({ length: name.length + 1 }).some((_, at) => naiveMatch(pattern.slice(1), name.slice(at)))
  return name.startsWith(pattern.charAt(0)) && naiveMatch(pattern.slice(1), name.slice(1))
}
