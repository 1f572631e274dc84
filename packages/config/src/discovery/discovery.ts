import type { Catalogue, Clock, HealthBoard, Provider, Transport } from '@gateway/core'
import { askForModels, type ModelAnswer } from './ask-for-models.ts'
import type { ConfiguredProvider } from '../settings.ts'

/** Asks the providers which models they have, which costs no tokens and shows whether they are there. */
export interface Discovery {
  /**
   * Asks all of them at once, each at most 5 seconds, and takes what they say into the catalogue and the health board. Where one
   * does not answer, what it said before stays. A call during a refresh waits for that one. Never rejects.
   */
  refresh(): Promise<readonly ProviderReport[]>
}

/** One provider that has a list of models, as it was found. */
export interface ProviderReport {
  readonly provider: string
  readonly ok: boolean
  /** How many models it listed. */
  readonly models: number
  readonly latencyMs: number
  /** Nobody asked for it, so its absence is no fault. */
  readonly isLookedFor: boolean
  /** For a person, without addresses and secrets; absent where all is well. */
  readonly error?: string
}

export interface DiscoveryParts {
  readonly providers: readonly ConfiguredProvider[]
  readonly catalogue: Catalogue
  readonly health: HealthBoard
  readonly transport: Transport
  readonly clock: Clock
}

/** One refresh at a time over all providers that have a list of models. */
export function createDiscovery(parts: DiscoveryParts): Discovery {
  const { clock, transport, catalogue } = parts
  const found = new Set<Provider>()
  let running: Promise<readonly ProviderReport[]> | null = null

  const visit = async ({ provider, isLookedFor }: ConfiguredProvider): Promise<readonly ProviderReport[]> => {
    if (!provider.modelList) return []
    const startedAt = clock.now()
    const { endpoint, answer } = await askForModels(provider, provider.modelList, { clock, transport: provider.transport ?? transport })
    const latencyMs = Math.round(clock.now() - startedAt)
    if (answer.ok) {
      catalogue.learn(provider.name, answer.models)
      found.add(provider)
    }
    if (!isLookedFor || found.has(provider)) reportHealth(parts, endpoint, { ok: answer.isThere, latencyMs })
    return [toReport(answer, { provider: provider.name, latencyMs, isLookedFor })]
  }

  const refresh = async (): Promise<readonly ProviderReport[]> => (await Promise.all(parts.providers.map(visit))).flat()

  return {
    refresh() {
      running ??= refresh().finally(() => {
        running = null
      })
      return running
    },
  }
}

function reportHealth(
  { health, clock }: DiscoveryParts,
  endpoint: string,
  seen: { readonly ok: boolean; readonly latencyMs: number },
): void {
  health.report(endpoint, { ...seen, atMs: clock.epochMs(), source: 'probe' })
}

function toReport(answer: ModelAnswer, seen: Pick<ProviderReport, 'provider' | 'latencyMs' | 'isLookedFor'>): ProviderReport {
  return answer.ok ? { ...seen, ok: true, models: answer.models.length } : { ...seen, ok: false, models: 0, error: answer.error }
}
