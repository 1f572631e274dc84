import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readManifest, readManifests, type Manifest } from './workspace.ts'

const BUILT_IN = new Set([
  'install',
  'i',
  'ci',
  'add',
  'remove',
  'update',
  'exec',
  'dlx',
  'pack',
  'publish',
  'why',
  'outdated',
  'init',
  'create',
])
const TAKES_A_VALUE = new Set(['--filter', '-F', '-C', '--dir', '--prefix', '-w', '--workspace'])

/** What a package manager's command line asks for, or `undefined` where a line is none: `pnpm --filter @gateway/worker dev`. */
export interface ScriptCall {
  readonly script: string
  /** The manifest that has to have the script. */
  readonly manifest: Manifest | undefined
  readonly mayBeTool: boolean
}

/** All calls of scripts in one shell line, which starts in the given folder. */
export function scriptCalls(line: string, folder: string): readonly ScriptCall[] {
  return line.split(/&&|\|\||;|\|/).flatMap((part) => {
    const words = part.trim().split(/\s+/)
    while (/^\w+=/.test(words[0] ?? '')) words.shift()
    return words[0] === 'pnpm' || words[0] === 'npm' ? [readCall(words, folder)].filter((call) => call !== undefined) : []
  })
}

/** True where the script is in its manifest, or is a tool of the root that `pnpm` runs by its name. */
export function exists({ script, manifest, mayBeTool }: ScriptCall): boolean {
  if (manifest?.scripts?.[script] !== undefined) return true
  return mayBeTool && existsSync(join('node_modules/.bin', script))
}

function readCall(words: readonly string[], folder: string): ScriptCall | undefined {
  const [manager, ...rest] = words
  let manifest = manifestIn(folder)
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [name = word, joined] = word.split('=')
    if (TAKES_A_VALUE.has(name)) manifest = manifestOf(name, joined ?? rest.shift() ?? '')
    if (word.startsWith('-')) continue
    if (BUILT_IN.has(word)) return undefined
    const isRun = word === 'run' || word === 'run-script'
    return { script: (isRun ? rest.find((next) => !next.startsWith('-')) : word) ?? '', manifest, mayBeTool: manager === 'pnpm' && !isRun }
  }
  return undefined
}

function manifestOf(flag: string, value: string): Manifest | undefined {
  if (flag === '-C' || flag === '--dir' || flag === '--prefix') return manifestIn(value)
  const name = value.replaceAll(/^['"]|['"]$|\.\.\.|\^/g, '')
  return [...readManifests()].find(([folder, manifest]) => [manifest.name, folder, `./${folder}`].includes(name))?.[1]
}

function manifestIn(folder: string): Manifest | undefined {
  const path = join(folder, 'package.json')
  return existsSync(path) ? readManifest(path) : undefined
}
