import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { loadSettings } from '@gateway/config/file'
import { toSettings, type Settings } from '@gateway/config'
import { describe, expect, it } from 'vitest'
import { readMarkdown } from './markdown.ts'

const PATH = 'docs/configuration.md'
const TEXT = readFileSync(PATH, 'utf8')
const CODE = readMarkdown(PATH).inlineCode.join(' ')
const ENVIRONMENT = { OPENAI_API_KEY: 'key', GROQ_API_KEY: 'key', GATEWAY_TOKEN: 'token', ACME_API_KEY: 'key' } as const

/** The fenced blocks of a language, in their order. The last in YAML is the one that is wrong. */
const blocks = (language: string): readonly string[] =>
  Array.from(TEXT.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms')), ([, body = '']) => body)

describe(PATH, () => {
  it.each(blocks('yaml').slice(0, -1))('shows YAML that is taken: %s', async (text) => {
    const settings = await load(text)
    expect(settings.models).not.toEqual([])
    expect(settings.providers).not.toEqual([])
  })

  it('shows TypeScript that is taken', async () => {
    const script = `
      import { redact, toSettings } from '@gateway/config'
      ${(blocks('ts')[0] ?? '').replace('export default', 'const configuration =')}
      console.log(JSON.stringify(redact(toSettings({ configuration, env: {} }))))
    `
    const words = ['--conditions=@gateway/source', '--input-type=module-typescript', '--eval', script]
    const { stdout } = await promisify(execFile)('node', words, { cwd: 'examples/custom-provider' })
    expect(JSON.parse(stdout)).toMatchObject({
      providers: [{ name: 'acme', address: 'https://api.acme.example/v1', headers: ['authorization'] }, { name: 'ollama' }],
      strategies: ['backwards', 'cost-optimized', 'local-first'],
    })
  })

  it('shows the error that its last example gives', async () => {
    const text = blocks('yaml').at(-1) ?? ''
    await expect(load(text)).rejects.toThrow(blocks('text')[0]?.trim() ?? 'no such block')
    expect(blocks('text')[0]).not.toContain('secret')
  })

  it('names every setting', () => {
    const schema: unknown = JSON.parse(readFileSync('packages/config/gateway.schema.json', 'utf8'))
    const names = new Set(propertiesOf(schema))
    expect(names.size).toBeGreaterThan(40)
    expect(
      [...names].filter((name) => !new RegExp(`(^|[^\\w$])${name.replace('$', '\\$')}\\b`).test(name === '$schema' ? TEXT : CODE)),
    ).toEqual([])
  })

  it('names every variable', () => {
    const source = readFileSync('packages/config/src/environment/layers.ts', 'utf8')
    const names = Array.from(source.matchAll(/\['([A-Z_]+)', \[/g), ([, name = '']) => name)
    expect(names.length).toBeGreaterThan(15)
    expect(names.filter((name) => !TEXT.includes(`\`${name}\``))).toEqual([])
  })

  it('tells the defaults that count', () => {
    const { server, policy } = toSettings({ env: {} })
    const { wholeReplyMs, ...clocks } = policy.clocks
    expect(wholeReplyMs).toBe(10 * clocks.firstByteMs)
    const defaults = {
      ...server,
      ...prefixed('clocks', clocks),
      ...prefixed('backoff', policy.backoff),
      'failover.maxAttempts': policy.maxAttempts,
    }
    const rows = Object.entries(defaults).map(([name, value]) => new RegExp(`^\\| *\`${name}\` *\\| *\`?${value}\`? *\\|`, 'm'))
    expect(rows.filter((row) => !row.test(TEXT))).toEqual([])
  })
})

function load(text: string): Promise<Settings> {
  return loadSettings({
    env: ENVIRONMENT,
    readText: async (path) => (path === 'gateway.config.yaml' ? text : null),
    importModule: () => Promise.reject(new Error('There is no module.')),
  })
}

/** The names of all fields of a JSON Schema, however deep. */
function propertiesOf(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(propertiesOf)
  if (typeof schema !== 'object' || schema === null) return []
  const own =
    'properties' in schema && typeof schema.properties === 'object' && schema.properties !== null ? Object.keys(schema.properties) : []
  return [...own, ...Object.values(schema).flatMap(propertiesOf)]
}

function prefixed(section: string, values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${section}.${name}`, value]))
}
