import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { readSource, type SourceFile } from './source-file.ts'

export interface Manifest {
  readonly name: string
  readonly version?: string
  readonly description?: string
  readonly license?: string
  readonly private?: boolean
  readonly type?: string
  readonly sideEffects?: unknown
  readonly scripts?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly publishConfig?: { readonly access?: string; readonly exports?: Readonly<Record<string, unknown>> }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** A package or an app, with all of its TypeScript under `src`. */
export interface Member {
  /** The folder's own name: `core`. */
  readonly name: string
  /** From the root of the repo: `packages/core`. */
  readonly folder: string
  readonly manifest: Manifest
  readonly sources: readonly SourceFile[]
  /** With the fixtures that they share. */
  readonly tests: readonly SourceFile[]
}

export const readMembers = (kind: 'packages' | 'apps'): readonly Member[] => globSync(`${kind}/*/package.json`).toSorted().map(readMember)

/** The manifest of each package, app and example by its folder. */
export function readManifests(): ReadonlyMap<string, Manifest> {
  return new Map(globSync('{packages,apps,examples}/*/package.json').map((path) => [dirname(path), readManifest(path)]))
}

export function readManifest(path: string): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(path, 'utf8'))
  return manifest
}

function readMember(path: string): Member {
  const folder = dirname(path)
  const files = globSync(`${folder}/src/**/*.ts`).toSorted()
  const read = files.map(readSource)
  return {
    name: basename(folder),
    folder,
    manifest: readManifest(path),
    sources: read.filter((source) => !isTest(source)),
    tests: read.filter(isTest),
  }
}

function isTest(source: SourceFile): boolean {
  return source.path.endsWith('.test.ts') || source.path.includes('/__fixtures__/')
}
