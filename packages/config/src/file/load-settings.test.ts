import { describe, expect, it } from 'vitest'
import { defineConfig } from '../configuration.ts'
import { CONFIGURATION_FILES, loadSettings, type FileAccess } from './load-settings.ts'

const JSON_TEXT = '{ "providers": { "groq": { "apiKey": { "env": "MY_KEY" } } }, "server": { "port": 9001 } }'
const YAML_TEXT = 'providers:\n  groq:\n    apiKey: { env: MY_KEY }\nserver:\n  port: 9002\n'

interface Disk {
  readonly files?: Readonly<Record<string, string>>
  readonly modules?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
}

function disk({ files = {}, modules = {}, env = {} }: Disk): FileAccess {
  return {
    env: { MY_KEY: 'key', ...env },
    readText: async (path) => files[path] ?? (path in modules ? '' : null),
    importModule: async (path) => {
      const module = modules[path]
      if (module instanceof Error) throw module
      return module
    },
  }
}

const messageOf = (access: FileAccess): Promise<string> =>
  loadSettings(access).then(JSON.stringify, (error: unknown) => (error instanceof Error ? error.message : ''))

describe('the settings of a folder', () => {
  it('come from the environment where there is no file', async () => {
    expect(await loadSettings(disk({ env: { PORT: '9000' } }))).toMatchObject({ source: 'the environment', server: { port: 9_000 } })
  })

  it.each(['ts', 'js', 'mjs'])('come from gateway.config.%s', async (extension) => {
    const path = `gateway.config.${extension}`
    const modules = { [path]: { default: defineConfig({ server: { port: 9_003 } }) } }
    expect(await loadSettings(disk({ modules }))).toMatchObject({ source: path, server: { port: 9_003 } })
  })

  it('come from gateway.config.json', async () => {
    const settings = await loadSettings(disk({ files: { 'gateway.config.json': `\uFEFF${JSON_TEXT}` } }))
    expect(settings).toMatchObject({ source: 'gateway.config.json', server: { port: 9_001 }, providers: [{ provider: { name: 'groq' } }] })
  })

  it.each(['yaml', 'yml'])('come from gateway.config.%s', async (extension) => {
    const settings = await loadSettings(disk({ files: { [`gateway.config.${extension}`]: YAML_TEXT } }))
    expect(settings).toMatchObject({ server: { port: 9_002 }, providers: [{ provider: { name: 'groq' } }] })
    expect(settings.providers[0]?.provider.endpoints[0].headers).toEqual({ authorization: 'Bearer key' })
  })

  it('come from an empty YAML file as from an empty configuration', async () => {
    expect(await loadSettings(disk({ files: { 'gateway.config.yaml': '# nothing yet\n' } }))).toMatchObject({ isSimulated: true })
  })

  it('come from the file that GATEWAY_CONFIG names, whatever else lies there', async () => {
    const files = { 'gateway.config.json': JSON_TEXT, 'gateway.config.yaml': YAML_TEXT, 'etc/other.yml': YAML_TEXT }
    const settings = await loadSettings(disk({ files, env: { GATEWAY_CONFIG: 'etc/other.yml', PORT: '9999' } }))
    expect(settings).toMatchObject({ source: 'etc/other.yml', server: { port: 9_999 } })
  })

  it('are looked for in this order', () => {
    expect(CONFIGURATION_FILES.map((name) => name.replace('gateway.config.', ''))).toEqual(['ts', 'js', 'mjs', 'json', 'yaml', 'yml'])
  })
})

describe('a folder without settings', () => {
  it('has two files', async () => {
    const files = { 'gateway.config.yaml': YAML_TEXT, 'gateway.config.json': JSON_TEXT }
    expect(await messageOf(disk({ files }))).toBe(
      'Found gateway.config.json and gateway.config.yaml, expected one of them: remove the others, or set GATEWAY_CONFIG to the one that counts.',
    )
  })

  it('lacks the file that GATEWAY_CONFIG names, or has one that nobody can read', async () => {
    expect(await messageOf(disk({ env: { GATEWAY_CONFIG: 'a.json' } }))).toBe(`GATEWAY_CONFIG: there is no file 'a.json'.`)
    expect(await messageOf(disk({ env: { GATEWAY_CONFIG: 'a.toml' }, files: { 'a.toml': '' } }))).toBe(
      `GATEWAY_CONFIG: found 'a.toml', expected a file that ends in .ts, .js, .mjs, .json, .yaml or .yml.`,
    )
  })

  it('has a module that exports nothing, or that fails', async () => {
    expect(await messageOf(disk({ modules: { 'gateway.config.ts': { config: {} } } }))).toBe(
      'gateway.config.ts: found no default export, expected export default defineConfig({ … }).',
    )
    expect(await messageOf(disk({ modules: { 'gateway.config.ts': new Error('No such module\nat line 3') } }))).toBe(
      'gateway.config.ts could not be loaded: No such module',
    )
  })

  it('has an invalid configuration, which is told by the name of its file', async () => {
    expect(await messageOf(disk({ files: { 'gateway.config.yaml': 'servers: {}\n' } }))).toBe(
      `Invalid configuration (gateway.config.yaml), 1 problem:\n  - servers: unknown key, expected one of $schema, providers, models, routing, server, auth, storage, log, health, simulated; did you mean 'server'?`,
    )
  })

  it.each([
    ['{ "auth": { "token": sk-canary } }', 'gateway.config.json: not valid JSON'],
    ['{ "auth": { "token": "sk-canary" ', 'gateway.config.json: not valid JSON'],
    ['', 'gateway.config.json: not valid JSON'],
  ])('has broken JSON, which is not quoted: %s', async (text, message) => {
    const told = await messageOf(disk({ files: { 'gateway.config.json': text } }))
    expect(told).toContain(message)
    expect(told).not.toContain('canary')
  })

  it.each([
    ['auth:\n  token: "sk-canary\n', 'at line 3, column 1 (MISSING_CHAR)'],
    ['auth:\n  token: sk-canary: x\n', 'at line 2, column 10 (BLOCK_AS_IMPLICIT_KEY)'],
    ['auth: { token: sk-canary }\nauth: {}\n', 'at line 2, column 1 (DUPLICATE_KEY)'],
    ['auth: !secret sk-canary\n', 'at line 1, column 7 (TAG_RESOLVE_FAILED)'],
    ['a: sk-canary\n---\nb: 1\n', 'at line 2, column 1 (MULTIPLE_DOCS)'],
  ])('has broken YAML, which is not quoted: %s', async (text, message) => {
    const told = await messageOf(disk({ files: { 'gateway.config.yaml': text } }))
    expect(told).toBe(`gateway.config.yaml: not valid YAML ${message}.`)
  })

  it('has YAML that grows without end', async () => {
    const lines = 'bcdefghij'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefghij'[index]},`.repeat(9)}]`)
    const told = await messageOf(disk({ files: { 'gateway.config.yaml': `a: &a [x]\n${lines.join('\n')}\n` } }))
    expect(told).toBe('gateway.config.yaml: its aliases cannot be resolved.')
  })
})
