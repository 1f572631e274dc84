import type { Price, Pricer } from './ports/pricer.ts'
import type { ListedModel, Provider, Target } from './provider.ts'

/** Which model is served by whom. */
export interface Catalogue {
  /** Everyone who can serve this name, in the order of the configuration; empty where nobody can. */
  resolve(model: string): readonly Target[]
  /** Every name that can be asked for, each once. Patterns have no names, so what only they cover is not listed. */
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
  const entries = new Map(models.flatMap((entry) => [entry.name, ...(entry.aliases ?? [])].map((name) => [name, entry] as const)))
  const patterns = models.flatMap((entry) => (entry.patterns ?? []).map((pattern) => ({ matches: globMatcher(pattern), entry })))
  const serves = new Map(providers.map((provider) => [provider.name, provider.serves.map(globMatcher)]))
  const listed = new Map<string, ReadonlyMap<string, ListedModel>>()

  const toTarget = (provider: Provider, model: string, known: Known): Target => ({
    provider,
    model,
    price: known.price ?? provider.price ?? pricer.priceOf({ provider: provider.name, model }),
    contextWindow: known.contextWindow ?? listed.get(provider.name)?.get(model)?.contextWindow ?? null,
  })

  const fromEntry = (entry: ModelEntry, asked: string | null): readonly Target[] =>
    entry.targets.flatMap((target) => {
      const provider = byName.get(target.provider)
      return provider ? [toTarget(provider, target.model ?? asked ?? entry.name, { ...target, contextWindow: entry.contextWindow })] : []
    })

  const fromAddress = (asked: string): readonly Target[] => {
    const slash = asked.indexOf('/')
    const provider = slash > 0 ? byName.get(asked.slice(0, slash)) : undefined
    return provider && slash < asked.length - 1 ? [toTarget(provider, asked.slice(slash + 1), {})] : []
  }

  const fromProviders = (asked: string): readonly Target[] =>
    providers.flatMap((provider) => {
      const known = listed.get(provider.name)?.get(asked)
      if (known) return [toTarget(provider, known.name, known)]
      return serves.get(provider.name)?.some((matches) => matches(asked)) ? [toTarget(provider, asked, {})] : []
    })

  return {
    providers,
    resolve(asked) {
      const entry = entries.get(asked)
      if (entry) return fromEntry(entry, null)
      const addressed = fromAddress(asked)
      if (addressed.length > 0) return addressed
      const pattern = patterns.find(({ matches }) => matches(asked))
      return pattern ? fromEntry(pattern.entry, asked) : fromProviders(asked)
    },
    list: () => listModels(models, providers, listed),
    learn(providerName, found) {
      const names = found.flatMap((model) => [model.name, ...(model.aliases ?? [])].map((name) => [name, model] as const))
      listed.set(providerName, new Map(names))
    },
  }
}

interface Known {
  readonly price?: Price
  readonly contextWindow?: number | undefined
}

function listModels(
  models: readonly ModelEntry[],
  providers: readonly Provider[],
  listed: ReadonlyMap<string, ReadonlyMap<string, ListedModel>>,
): readonly CatalogueModel[] {
  const names = new Map<string, string[]>()
  const add = (name: string, provider: string): void => {
    const known = names.get(name) ?? []
    names.set(name, known.includes(provider) ? known : [...known, provider])
  }
  for (const entry of models) for (const target of entry.targets) add(entry.name, target.provider)
  for (const provider of providers) {
    for (const name of provider.serves) if (!name.includes('*')) add(name, provider.name)
    for (const model of listed.get(provider.name)?.values() ?? []) add(model.name, provider.name)
  }
  return [...names].map(([name, servedBy]) => ({ name, providers: servedBy }))
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
