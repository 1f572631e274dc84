import type { ModelEntry, ModelEntryTarget } from '@gateway/core'
import { priceFromUsd } from '@gateway/cost'
import type { ModelData, TargetData } from '../configuration.ts'
import { didYouMean } from '../problems/did-you-mean.ts'
import { found } from '../problems/found.ts'
import type { Problem } from '../problems/problem.ts'
import { pathText } from '../shape/tree.ts'

export interface Models {
  readonly entries: readonly ModelEntry[]
  readonly problems: readonly Problem[]
}

export interface Known {
  /** Names of all providers. */
  readonly providers: readonly string[]
  /** The variables that values came from, by path. */
  readonly references: ReadonlyMap<string, string>
}

/** Makes the entries of the catalogue, and finds targets at providers that do not exist and names that stand for two models. */
export function toModels(data: { readonly [name: string]: ModelData }, known: Known): Models {
  const entries = Object.entries(data).map(([name, model]) => ({ ...model, name, targets: model.targets.map(toTarget) }))
  return { entries, problems: [...entries.flatMap((entry) => strangers(entry, known)), ...ambiguous(entries)] }
}

function toTarget(target: string | TargetData): ModelEntryTarget {
  if (typeof target !== 'string') {
    const { price, ...others } = target
    return { ...others, ...(price && { price: priceFromUsd(price) }) }
  }
  const slash = target.indexOf('/')
  return slash < 0 ? { provider: target } : { provider: target.slice(0, slash), model: target.slice(slash + 1) }
}

function strangers({ name, targets }: ModelEntry, { providers, references }: Known): readonly Problem[] {
  return targets.flatMap(({ provider, model }, index) => {
    const path = ['models', name, 'targets', index]
    if (model === '') return [{ path, text: 'found a provider without a model, expected provider/model, or the provider alone' }]
    if (providers.includes(provider)) return []
    const shown = found(provider, { path, variable: references.get(pathText(path)), isChoice: true })
    const text = `found the provider ${shown}, expected one of ${providers.join(', ')}${didYouMean(provider, providers)}`
    return [{ path, text }]
  })
}

function ambiguous(entries: readonly ModelEntry[]): readonly Problem[] {
  const owners = new Map(entries.map((entry) => [entry.name, entry.name]))
  return entries.flatMap(({ name, aliases = [] }) =>
    aliases.flatMap((alias, index) => {
      const owner = owners.get(alias)
      owners.set(alias, name)
      if (owner === undefined) return []
      return [{ path: ['models', name, 'aliases', index], text: `'${alias}' stands for '${owner}' already, expected another alias` }]
    }),
  )
}
