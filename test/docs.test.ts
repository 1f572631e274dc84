import { existsSync, globSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readMarkdown, type Markdown } from './markdown.ts'
import { NAMES_WITHOUT_AN_IDEA } from './names-without-an-idea.ts'
import { exists, scriptCalls } from './shell-command.ts'
import { readManifest, readManifests } from './workspace.ts'

const REQUIRED = ['README.md', 'AGENTS.md', 'CONTRIBUTING.md', 'docs/architecture.md']
const ALSO = ['docs/**/*.md', '.changeset/README.md', '{packages,apps,examples}/*/README.md']

/** Files that the reader has, or makes, and folders that a build or a run makes. */
const NOT_IN_THE_REPO = /^(\.\/)?gateway\.config\.|(^|\/)(node_modules|dist|\.gateway|\.wrangler|coverage)(\/|$)|\.tgz$/
const TOP_LEVEL = /^(packages|apps|examples|docs|test|scripts|\.changeset|\.ci)\//
const HAS_EXTENSION = /^[\w@.*{},<>…-][\w@./*{},<>…-]*\.(ts|tsx|js|mjs|json|jsonc|md|yaml|yml|sql|lua|sh)$/

const documents = [...new Set([...REQUIRED, ...globSync(ALSO).toSorted()])].filter((path) => existsSync(path)).map(readMarkdown)
const files = globSync('**/*', { exclude: ['**/{node_modules,dist,.git,.turbo,.wrangler,.gateway}'] })
const fileNames = new Set(files.map((file) => file.replace(/^.*\//, '')))

it.each(REQUIRED)('%s exists', (path) => {
  expect(existsSync(path)).toBe(true)
})

describe.each(documents)('$path', (document) => {
  it('links only to files and headings that exist', () => {
    expect(document.links.filter((target) => !isLinkAlive(target, document))).toEqual([])
  })

  it('names only paths that exist', () => {
    const words = [...document.inlineCode, ...document.treeEntries, ...document.shellBlocks.flat().flatMap((line) => line.split(/\s+/))]
    expect(words.filter(looksLikePath).filter((path) => !isPathAlive(path, document))).toEqual([])
  })

  it('names only packages that exist', () => {
    const published = Array.from(readManifests().values(), (manifest) => manifest.name)
    const named = document.inlineCode.flatMap((code) => code.match(/@gateway\/[a-z-]+/g) ?? [])
    expect(named.filter((name) => !published.includes(name) && name !== '@gateway/source')).toEqual([])
  })

  it('names only commands that exist', () => {
    const home = existsSync(join(dirname(document.path), 'package.json')) ? dirname(document.path) : '.'
    const inline = document.inlineCode.flatMap((code) => scriptCalls(code, home))
    const typed = document.shellBlocks.flatMap((lines) => callsInBlock(lines, home))
    expect([...inline, ...typed].filter((call) => !exists(call)).map((call) => call.script)).toEqual([])
  })
})

it('would notice a command that does not exist', () => {
  expect(readManifest('package.json').scripts).toHaveProperty('check')
  const lines = ['npm run nonsense', 'pnpm nonsense --json', 'pnpm --filter @gateway/core nonsense', 'cd docs && npm start']
  expect(lines.flatMap((line) => callsInBlock([line], '.')).map(exists)).toEqual([false, false, false, false])
  expect(
    ['npm test', 'pnpm check', 'pnpm vitest run', 'pnpm --filter @gateway/core build']
      .flatMap((line) => scriptCalls(line, '.'))
      .every(exists),
  ).toBe(true)
})

/** `cd` counts for what follows it in the same block. */
function callsInBlock(lines: readonly string[], home: string): ReturnType<typeof scriptCalls> {
  let folder = home
  return lines.flatMap((line) =>
    line.split('&&').flatMap((part) => {
      const target = /^\s*cd\s+(\S+)/.exec(part)?.[1]
      if (target === undefined) return scriptCalls(part, folder)
      // A clone is the reader's own folder: what is typed in it is typed at the root.
      folder = existsSync(join(folder, target)) ? join(folder, target) : '.'
      return []
    }),
  )
}

function looksLikePath(code: string): boolean {
  if (NAMES_WITHOUT_AN_IDEA.has(code.replace(/\.ts$/, ''))) return false
  return (
    (TOP_LEVEL.test(code) || /^\.{1,2}\//.test(code) || HAS_EXTENSION.test(code)) && !/[\s()'"$]/.test(code) && !NOT_IN_THE_REPO.test(code)
  )
}

/** A name without a folder may be any file of the repo; `<name>` and `…` stand for something that the reader puts there. */
function isPathAlive(code: string, { path }: Markdown): boolean {
  const pattern = code.replace(/:\d+$/, '').replaceAll(/<[^>]*>|…/g, '*')
  if (!pattern.includes('/'))
    return fileNames.has(pattern) || globSync(pattern).length > 0 || globSync(`**/${pattern}`, { exclude: ['**/node_modules'] }).length > 0
  return [pattern, join(dirname(path), pattern)].some((candidate) => globSync(normalize(candidate)).length > 0)
}

function isLinkAlive(target: string, { path, fragments }: Markdown): boolean {
  const [file = '', fragment] = target.split('#')
  const resolved = file.startsWith('/') ? file.slice(1) : join(dirname(path), file)
  if (file === '') return fragment !== undefined && fragments.has(fragment)
  if (!existsSync(resolved)) return false
  return fragment === undefined || !resolved.endsWith('.md') || readMarkdown(resolved).fragments.has(fragment)
}
