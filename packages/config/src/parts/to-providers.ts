import { GatewayError } from '@gateway/core'
import { priceFromUsd } from '@gateway/cost'
import { llamacpp, ollama, openaiCompatible, type ProviderFactory, type ProviderSettings } from '@gateway/providers'
import type { ProviderData } from '../configuration.ts'
import { KINDS } from './kinds.ts'
import type { PlugIns } from '../shape/plug-ins.ts'
import type { Problem } from '../problems/problem.ts'
import type { ConfiguredProvider } from '../settings.ts'

/** The name of the built-in model and of its provider. */
export const SIMULATED = 'simulated'

export interface Providers {
  readonly configured: readonly ConfiguredProvider[]
  readonly problems: readonly Problem[]
}

/** Makes the providers, in the order of the configuration; where it names none, those that a laptop may have are looked for. */
export function toProviders(
  data: { readonly [name: string]: ProviderData },
  plugIns: Pick<PlugIns, 'names' | 'providers' | 'kinds'>,
): Providers {
  if (plugIns.names.length === 0)
    return { configured: [ollama(), llamacpp()].map((provider) => ({ provider, isLookedFor: true })), problems: [] }
  const problems: Problem[] = []
  const configured = Object.entries(data).flatMap(([name, entry]): ConfiguredProvider[] => {
    const ready = plugIns.providers.get(name)
    const kind = plugIns.kinds.get(name)
    const made = ready
      ? { provider: ready, problems: [] }
      : toProvider(name, entry, kind ?? KINDS.get(entry.kind ?? name) ?? openaiCompatible)
    problems.push(...made.problems, ...nameProblems(name))
    return made.provider ? [{ provider: made.provider, isLookedFor: false }] : []
  })
  return { configured, problems }
}

interface Made {
  readonly provider: ConfiguredProvider['provider'] | null
  readonly problems: readonly Problem[]
}

function toProvider(name: string, data: ProviderData, factory: ProviderFactory): Made {
  const path = ['providers', name]
  const { declaration } = factory
  if (data.baseUrl === undefined && declaration.address === null) {
    return { provider: null, problems: [{ path: [...path, 'baseUrl'], text: 'found nothing, expected the address of the server' }] }
  }
  try {
    const provider = factory(toSettings(name, data))
    const lacksKey = KINDS.get(declaration.name) === factory && isPublic(provider.endpoints[0].baseUrl, factory) && !carriesKey(data)
    const text = `found nothing, expected the key that ${new URL(provider.endpoints[0].baseUrl).host} asks for`
    return { provider, problems: lacksKey ? [{ path: [...path, 'apiKey'], text }] : [] }
  } catch (error) {
    if (error instanceof GatewayError) return { provider: null, problems: [{ path, text: error.message }] }
    throw error
  }
}

function toSettings(name: string, { kind: _kind, headers, price, ...data }: ProviderData): ProviderSettings {
  return {
    ...data,
    name,
    ...(headers && { headers: Object.fromEntries(Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value])) }),
    ...(price && { price: priceFromUsd(price) }),
  }
}

/** The vendor's own address: a proxy in front of it may have the key itself. */
function isPublic(baseUrl: string, { declaration }: ProviderFactory): boolean {
  return !declaration.isLocal && declaration.address !== null && new URL(baseUrl).host === new URL(declaration.address).host
}

function carriesKey({ apiKey, headers = {} }: ProviderData): boolean {
  return apiKey !== undefined || Object.keys(headers).some((name) => /authorization|key|token/i.test(name))
}

function nameProblems(name: string): readonly Problem[] {
  if (name !== SIMULATED) return []
  return [{ path: ['providers', name], text: `the name of the built-in model, expected another one (or "simulated": true to offer it)` }]
}
