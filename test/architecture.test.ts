import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NAMES_WITHOUT_AN_IDEA } from './names-without-an-idea.ts'
import { readManifest, readMembers, type Member } from './workspace.ts'

/** Who may import whom. A change here is a change of the architecture: it also edits docs/architecture.md. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  protocols: ['core'],
  providers: ['core', 'protocols'],
  stores: ['core'],
  cost: ['core'],
  classifier: ['core'],
  config: ['core', 'protocols', 'providers', 'cost', 'classifier', 'server'],
  server: ['core', 'protocols'],
  testing: ['core', 'protocols'],
}

/** What a package makes its users install. `vitest` is a peer of the suites. */
const MAY_DEPEND_ON: Readonly<Record<string, readonly string[]>> = {
  core: [],
  protocols: ['eventsource-parser', 'zod'],
  providers: [],
  stores: ['kysely'],
  cost: ['@pydantic/genai-prices', 'gpt-tokenizer', 'tokenx'],
  classifier: [],
  config: ['yaml', 'zod'],
  server: ['hono', 'zod'],
  testing: ['openai', 'vitest', 'zod'],
}

const PROTOCOL_FILES = ['wire.ts', 'request.ts', 'reply.ts', 'stream.ts', 'error.ts']
const NAMES_OF_ONE_RUNTIME = ['process', 'Buffer', 'Bun', 'Deno', 'require', '__dirname', '__filename']

const packages = readMembers('packages')
const apps = readMembers('apps')
const libraries = packages.filter((member) => member.name !== 'testing')

describe('direction of imports', () => {
  it('has a row for every package, and a package for every row', () => {
    const names = packages.map((member) => member.name)
    expect(Object.keys(MAY_IMPORT).toSorted()).toEqual(names)
    expect(Object.keys(MAY_DEPEND_ON).toSorted()).toEqual(names)
  })

  it.each(packages)('$folder imports only the packages of its row', (member) => {
    expect(outside(MAY_IMPORT[member.name], siblings(importsOf(member.sources)))).toEqual([])
    expect(outside(MAY_IMPORT[member.name], siblings(Object.keys(installed(member))))).toEqual([])
  })

  it.each(packages)('the tests of $folder import besides only itself and @gateway/testing', (member) => {
    expect(outside([...(MAY_IMPORT[member.name] ?? []), member.name, 'testing'], siblings(importsOf(member.tests)))).toEqual([])
  })

  it.each(apps)('$folder imports packages, not other apps, and @gateway/testing only in tests', (app) => {
    const names = libraries.map((member) => member.name)
    expect(outside(names, siblings(importsOf(app.sources)))).toEqual([])
    expect(outside(names, siblings(Object.keys(installed(app))))).toEqual([])
    expect(outside([...names, 'testing'], siblings(importsOf(app.tests)))).toEqual([])
  })

  it.each([...packages, ...apps])('$folder reaches into no other folder', (member) => {
    const escapes = [...member.sources, ...member.tests].flatMap((source) =>
      source.imports
        .filter((name) => name.startsWith('.'))
        .filter((name) => relative(member.folder, join(dirname(source.path), name)).startsWith('..'))
        .map((name) => `${source.path} imports ${name}`),
    )
    expect(escapes).toEqual([])
  })
})

describe('what the world has to install', () => {
  it.each(packages)('$folder depends only on the libraries of its row', (member) => {
    const wanted = MAY_DEPEND_ON[member.name]
    expect(outside(wanted, Object.keys(installed(member)).filter(isForeign))).toEqual([])
    expect(outside(wanted, importsOf(member.sources).filter(isForeign).map(packageOf))).toEqual([])
  })

  it('has no libraries at the root, only tools', () => {
    const root = readManifest('package.json')
    const libraryNames = [...packages, ...apps].flatMap((member) => Object.keys(member.manifest.dependencies ?? {}))
    expect(Object.keys(root.dependencies ?? {})).toEqual([])
    expect(Object.keys(root.devDependencies ?? {}).filter((name) => libraryNames.includes(name))).toEqual([])
  })

  it.each(packages)('$folder can be published', ({ name, manifest }) => {
    expect(manifest).toMatchObject({ name: `@gateway/${name}`, license: 'MIT', type: 'module', sideEffects: false })
    expect(manifest.description).toMatch(/^.{20,}\.$/)
    expect(manifest.private).toBeUndefined()
    expect(manifest.publishConfig?.access).toBe('public')
    expect(Object.keys(manifest.publishConfig?.exports ?? {})).toEqual(Object.keys(manifest.exports ?? {}))
  })

  it.each(apps)('$folder is never published', ({ name, manifest }) => {
    expect(manifest).toMatchObject({ name: `@gateway/${name}`, license: 'MIT', private: true })
    expect(manifest.description).toMatch(/^.{20,}\.$/)
  })
})

describe('libraries run anywhere', () => {
  it.each(libraries)('$folder names nothing that only one runtime has', (member) => {
    const names = member.sources.flatMap((source) => NAMES_OF_ONE_RUNTIME.filter((name) => source.names.has(name)))
    expect(names).toEqual([])
    expect(importsOf(member.sources).filter((name) => /^(node|bun|deno|cloudflare):/.test(name))).toEqual([])
  })

  it.each(libraries)('$folder compiles without the types of a runtime', (member) => {
    const tsconfig: unknown = JSON.parse(readFileSync(join(member.folder, 'tsconfig.json'), 'utf8'))
    expect(tsconfig).toMatchObject({ extends: '../../tsconfig.base.json' })
    expect(tsconfig).not.toHaveProperty('compilerOptions.types')
    expect(tsconfig).not.toHaveProperty('compilerOptions.lib')
  })

  it.each(packages.filter((member) => member.name !== 'config'))('$folder uses zod only as zod/mini', (member) => {
    expect(
      outside(
        ['zod/mini'],
        importsOf(member.sources).filter((name) => packageOf(name) === 'zod'),
      ),
    ).toEqual([])
  })
})

describe('same shapes', () => {
  const protocols = new Set(globSync(`packages/protocols/src/*/{index.ts,${PROTOCOL_FILES.join(',')}}`).map(dirname))

  it.each([...protocols].toSorted())('%s has all the files of a protocol', (folder) => {
    // Vectors are not streamed.
    const files = folder.endsWith('-embeddings') ? PROTOCOL_FILES.filter((file) => file !== 'stream.ts') : PROTOCOL_FILES
    expect(outside(filesIn(folder), files)).toEqual([])
  })

  const drivers = globSync('packages/stores/src/*/index.ts').map(dirname)

  it.each(drivers.toSorted())('%s has a file for each port that it serves, and the rest in folders of its own', (folder) => {
    const ports = globSync('packages/core/src/ports/*.ts').map((file) => basename(file))
    const files = filesIn(folder)
    expect(outside(ports, files)).toEqual([])
    expect(files).not.toEqual([])
  })

  it('finds the folders whose shape it compares', () => {
    expect([...protocols]).not.toEqual([])
    expect(drivers).not.toEqual([])
  })

  it('lists every provider in the index', () => {
    const folder = 'packages/providers/src'
    const sources =
      packages.find((member) => member.name === 'providers')?.sources.filter((source) => dirname(source.path) === folder) ?? []
    const index = sources.filter((source) => source.path === `${folder}/index.ts`)
    const partsOfOthers = importsOf(sources.filter((source) => !index.includes(source)))
    expect(filesIn(folder)).not.toEqual([])
    expect(
      outside(
        [...importsOf(index), ...partsOfOthers],
        filesIn(folder).map((file) => `./${file}`),
      ),
    ).toEqual([])
  })

  it.each(apps)('$folder is composition only: its main file has under 100 lines', (app) => {
    const mains = app.sources.filter((source) => /\/src\/(main|index|worker)\.ts$/.test(source.path))
    expect(mains).not.toEqual([])
    for (const main of mains) expect(main.lines, main.path).toBeLessThan(100)
  })

  it('names every file and folder after an idea', () => {
    const paths = [...packages, ...apps].flatMap((member) => [...member.sources, ...member.tests]).map((source) => source.path)
    const idealess = paths.filter((path) => path.split('/').some((part) => NAMES_WITHOUT_AN_IDEA.has(part.replace(/(\.test)?\.ts$/, ''))))
    expect(paths).not.toEqual([])
    expect(idealess).toEqual([])
  })
})

/** Those of the names that are not allowed, each once. */
function outside(allowed: readonly string[] | undefined, names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => allowed?.includes(name) !== true)
}

function importsOf(sources: Member['sources']): readonly string[] {
  return sources.flatMap((source) => source.imports)
}

/** What a user of the package gets with it. */
function installed({ manifest }: Member): Readonly<Record<string, string>> {
  return { ...manifest.dependencies, ...manifest.peerDependencies }
}

/** `@gateway/core/x` → `core`. */
function siblings(names: readonly string[]): readonly string[] {
  return names.filter((name) => name.startsWith('@gateway/')).map((name) => name.split('/')[1] ?? name)
}

function isForeign(name: string): boolean {
  return !name.startsWith('.') && !name.startsWith('@gateway/') && !name.includes(':')
}

/** `zod/mini` → `zod`, `@a/b/c` → `@a/b`. */
function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
}

/** The files of a folder that make up its shape: neither its index nor its tests. */
function filesIn(folder: string): readonly string[] {
  return globSync(`${folder}/*.ts`)
    .map((file) => basename(file))
    .filter((file) => file !== 'index.ts' && !file.endsWith('.test.ts'))
}
