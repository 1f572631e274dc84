import type { Price, Pricer } from './ports/pricer.ts'
import type { ListedModel, Provider, Target } from './provider.ts'

/** Which model is served by whom. */
export interface Catalogue {
  /** Everyone who can serve this name, in the order of the configuration; empty where nobody can. */
  resolve(model: string): readonly Target[]
  /** Every model once, under its own name, with those who would be asked for it. Aliases work but are not listed; patterns have no names. */
  list(): readonly CatalogueModel[]
  /** Takes in what a server says that it has; replaces what it said before. */
  learn(providerName: string, models: readonly ListedModel[]): void
  readonly providers: readonly Provider[]
}

export interface CatalogueModel {
  readonly name: string
  /** Names of the providers that serve it. */
  readonly providers: readonly string[]
}

/** A model as a configuration declares it. */
export interface ModelEntry {
  readonly name: string
  readonly aliases?: readonly string[]
  /** With `*` for any run of characters: `gpt-*`, `*gemini*`. The target then gets the name that the client used. */
  readonly patterns?: readonly string[]
  readonly targets: readonly ModelEntryTarget[]
  /** Tokens. */
  readonly contextWindow?: number
}

export interface ModelEntryTarget {
  readonly provider: string
  /** The provider's own name for the model; the entry's name where absent. */
  readonly model?: string
  readonly price?: Price
}

export interface CatalogueParts {
  readonly providers: readonly Provider[]
  readonly models: readonly ModelEntry[]
  readonly pricer: Pricer
}

/**
 * Looks a name up in this order: a declared name or alias; `provider/model`; a declared pattern; what the servers listed and
 * the patterns of their declarations. The first that knows the name decides.
 */
export function createCatalogue({ providers, models, pricer }: CatalogueParts): Catalogue {
  const byName = new Map(providers.map((provider) => [provider.name, provider]))
  const entries = indexByName(models)
  const patterns = models.flatMap((entry) => (entry.patterns ?? []).map((pattern) => ({ matches: globMatcher(pattern), entry })))
  const serves = new Map(providers.map((provider) => [provider.name, provider.serves.map(globMatcher)]))
  const listed = new Map<string, ReadonlyMap<string, ListedModel>>()

  const toTargets = (provider: Provider, model: string, known: Known): readonly Target[] => {
    const price = known.price ?? provider.price ?? pricer.priceOf({ provider: provider.name, model })
    const contextWindow =
      known.contextWindow ??
      listed.get(provider.name)?.get(model)?.contextWindow ??
      pricer.contextWindowOf?.({ provider: provider.name, model }) ??
      null
    return provider.endpoints.map((endpoint) => ({ provider, endpoint, model, price, contextWindow }))
  }

  const fromEntry = (entry: ModelEntry, asked: string | null): readonly Target[] =>
    entry.targets.flatMap((target) => {
      const provider = byName.get(target.provider)
      return provider ? toTargets(provider, target.model ?? asked ?? entry.name, { ...target, contextWindow: entry.contextWindow }) : []
    })

  const fromAddress = (asked: string): readonly Target[] => {
    const slash = asked.indexOf('/')
    const provider = slash > 0 ? byName.get(asked.slice(0, slash)) : undefined
    return provider && slash < asked.length - 1 ? toTargets(provider, asked.slice(slash + 1), {}) : []
  }

  const fromProviders = (asked: string): readonly Target[] =>
    providers.flatMap((provider) => {
      const known = listed.get(provider.name)?.get(asked)
      if (known) return toTargets(provider, known.name, known)
      return serves.get(provider.name)?.some((matches) => matches(asked)) ? toTargets(provider, asked, {}) : []
    })

  const resolve = (asked: string): readonly Target[] => {
    const entry = entries.get(asked)
    if (entry) return fromEntry(entry, null)
    const addressed = fromAddress(asked)
    if (addressed.length > 0) return addressed
    const pattern = patterns.find(({ matches }) => matches(asked))
    return pattern ? fromEntry(pattern.entry, asked) : fromProviders(asked)
  }

  return {
    providers,
    resolve,
    list() {
      const names = new Set([...models.map((entry) => entry.name), ...providers.flatMap((provider) => namesOf(provider, listed))])
      const found = [...names].map((name) => ({ name, providers: [...new Set(resolve(name).map((target) => target.provider.name))] }))
      return found.filter((model) => model.providers.length > 0)
    },
    learn(providerName, found) {
      listed.set(providerName, indexByName(found))
    },
  }
}

interface Known {
  readonly price?: Price
  readonly contextWindow?: number | undefined
}

interface Named {
  readonly name: string
  readonly aliases?: readonly string[]
}

/** Under its name and its aliases. A name stands before an alias of another; of two that are equal, the first counts. */
function indexByName<T extends Named>(models: readonly T[]): ReadonlyMap<string, T> {
  const index = new Map<string, T>()
  const add = (name: string, model: T): void => {
    if (!index.has(name)) index.set(name, model)
  }
  for (const model of models) add(model.name, model)
  for (const model of models) for (const alias of model.aliases ?? []) add(alias, model)
  return index
}

/** What a provider's declaration names and what it listed itself. */
function namesOf(provider: Provider, listed: ReadonlyMap<string, ReadonlyMap<string, ListedModel>>): readonly string[] {
  const models = listed.get(provider.name)?.values() ?? []
  return [...provider.serves.filter((name) => !name.includes('*')), ...[...models].map((model) => model.name)]
}

/** A pattern in which `*` stands for any run of characters; everything else stands for itself. Linear time. */
export function globMatcher(pattern: string): (name: string) => boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return (name) => name === pattern
  const last = rest.pop() ?? ''
  return (name) => {
    if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false
    let from = first.length
    for (const piece of rest) {
      const at = name.indexOf(piece, from)
      if (at < 0) return false
      from = at + piece.length
    }
    return from <= name.length - last.length
  }
}
