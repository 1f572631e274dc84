import type { Endpoint, Provider, Strategy } from '@gateway/core'
import type { ProviderFactory } from '@gateway/providers'
import { isFactory } from '../parts/kinds.ts'
import type { Problem } from '../problems/problem.ts'
import { isTree, valueAt, withValue, without, type Path } from './tree.ts'

/** What only a TypeScript configuration can hold, and the data that is left without it. */
export interface PlugIns {
  readonly tree: unknown
  /** Of all providers, in their order. */
  readonly names: readonly string[]
  /** Ready providers by the name that the configuration gives them. */
  readonly providers: ReadonlyMap<string, Provider>
  /** Factories that stand as the `kind` of a provider, by its name. */
  readonly kinds: ReadonlyMap<string, ProviderFactory>
  readonly strategies: readonly Strategy[]
  readonly problems: readonly Problem[]
}

/** Takes code out of a configuration, so that the rest is data that a schema can describe. */
export function takePlugIns(configuration: unknown): PlugIns {
  const entries = Object.entries(treeAt(configuration, ['providers']))
  const providers = new Map(entries.flatMap(([name, entry]) => (isProvider(entry) ? [[name, named(name, entry)] as const] : [])))
  const kinds = new Map(
    entries.flatMap(([name, entry]) => (isTree(entry) && isFactory(entry['kind']) ? [[name, entry['kind']] as const] : [])),
  )
  const { strategies, problems } = takeStrategies(configuration)
  // An empty object stays in the place of a ready provider, so that its name is still checked.
  const withoutProviders = [...providers.keys()].reduce((rest, name) => withValue(rest, ['providers', name], {}), configuration)
  const codePaths = [...[...kinds.keys()].map((name) => ['providers', name, 'kind']), STRATEGIES]
  const tree = codePaths.reduce((rest, path) => removed(rest, path), withoutProviders)
  const names = entries.map(([name]) => name)
  return { tree, names, providers, kinds, strategies, problems: [...problems, ...uncalled(entries)] }
}

const STRATEGIES: Path = ['routing', 'strategies']

function takeStrategies(configuration: unknown): Pick<PlugIns, 'strategies' | 'problems'> {
  const found = valueAt(configuration, STRATEGIES)
  if (found === undefined) return { strategies: [], problems: [] }
  if (Array.isArray(found) && found.every(isStrategy)) return { strategies: found, problems: [] }
  return { strategies: [], problems: [{ path: STRATEGIES, text: 'expected a list of strategies, each made with defineStrategy(…)' }] }
}

/** `{ mine: myProvider }` for `{ mine: myProvider() }`. */
function uncalled(entries: readonly (readonly [string, unknown])[]): readonly Problem[] {
  return entries
    .filter(([, entry]) => isFactory(entry))
    .map(([name]) => ({
      path: ['providers', name],
      text: 'found a provider factory, expected what it makes: call it, or write { kind: … }',
    }))
}

/** Leaves the empty object behind where the last field goes, so that the rest is still checked. */
function removed(tree: unknown, path: Path): unknown {
  if (valueAt(tree, path) === undefined) return tree
  const parent = path.slice(0, -1)
  return withValue(tree, parent, without(valueAt(tree, parent), path.slice(-1)) ?? {})
}

function treeAt(tree: unknown, path: Path): { readonly [key: string]: unknown } {
  const value = valueAt(tree, path)
  return isTree(value) ? value : {}
}

/** The key in the configuration is the name, since keys are unique. */
function named(name: string, provider: Provider): Provider {
  const [first, ...others] = provider.endpoints
  const rename = (endpoint: Endpoint): Endpoint => ({ ...endpoint, name: endpoint.name.replace(provider.name, name) })
  return { ...provider, name, endpoints: [rename(first), ...others.map(rename)] }
}

function isProvider(value: unknown): value is Provider {
  return typeof value === 'object' && value !== null && 'endpoints' in value && 'chat' in value && 'serves' in value
}

function isStrategy(value: unknown): value is Strategy {
  return (
    typeof value === 'object' &&
    value !== null &&
    'rank' in value &&
    typeof value.rank === 'function' &&
    'name' in value &&
    typeof value.name === 'string'
  )
}
