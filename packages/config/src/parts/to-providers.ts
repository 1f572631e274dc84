import { GatewayError, globMatcher } from '@gateway/core'
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
  const missing = missingPlace(data, factory)
  if (missing !== null) return { provider: null, problems: [{ path: [...path, 'baseUrl'], text: `found nothing, expected ${missing}` }] }
  try {
    const provider = factory(toSettings(name, data))
    const lacksKey = KINDS.get(declaration.name) === factory && isPublic(provider.endpoints[0].baseUrl, factory) && !carriesKey(data)
    const text = `found nothing, expected the key that ${hostOf(declaration.address)} asks for`
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

/** What has to be said of its place; null where all is. A declared address may name settings in braces. */
function missingPlace(data: ProviderData, { declaration: { address } }: ProviderFactory): string | null {
  if (data.baseUrl !== undefined) return null
  if (address === null) return 'the address of the server'
  const { accountId, resource } = data
  const unset = Object.entries({ accountId, resource }).find(([name, value]) => value === undefined && address.includes(`{${name}}`))
  return unset ? `the address of the server, or ${unset[0]} in its place` : null
}

/** The vendor's own address: a proxy in front of it may have the key itself. */
function isPublic(baseUrl: string, { declaration }: ProviderFactory): boolean {
  if (declaration.isLocal || declaration.address === null) return false
  return globMatcher(hostOf(declaration.address).replace(/\{\w+\}/g, '*'))(new URL(baseUrl).host)
}

function hostOf(address: string | null): string {
  return /^https?:\/\/([^/]+)/.exec(address ?? '')?.[1] ?? ''
}

function carriesKey({ apiKey, apiKeys, headers = {} }: ProviderData): boolean {
  return apiKey !== undefined || apiKeys !== undefined || Object.keys(headers).some((name) => /authorization|key|token/i.test(name))
}

function nameProblems(name: string): readonly Problem[] {
  if (name !== SIMULATED) return []
  return [{ path: ['providers', name], text: `the name of the built-in model, expected another one (or "simulated": true to offer it)` }]
}
