import { createCatalogue, createGateway, type Catalogue, type GatewayParts, type Next } from '@gateway/core'
import { simulated } from '@gateway/providers'
import { createDiscovery, type Discovery } from './discovery/discovery.ts'
import type { Settings } from './settings.ts'

/** What a runtime brings along. */
export type AssemblyParts = Pick<GatewayParts, 'transport' | 'health' | 'clock' | 'random' | 'pricer' | 'record'>

export interface Assembly {
  /** The whole request path. */
  readonly handle: Next
  readonly catalogue: Catalogue
  /** Call `refresh` at the start and every `settings.healthIntervalMs`. */
  readonly discovery: Discovery
}

/** The one place where settings become a gateway. Sends nothing by itself. */
export function assembleGateway(settings: Settings, parts: AssemblyParts): Assembly {
  const configured = settings.providers.map(({ provider }) => provider)
  const providers = settings.isSimulated ? [...configured, simulated({ clock: parts.clock })] : configured
  const catalogue = createCatalogue({ providers, models: settings.models, pricer: parts.pricer })
  const handle = createGateway({ ...parts, catalogue, strategies: settings.strategies, policy: settings.policy })
  return { handle, catalogue, discovery: createDiscovery({ ...parts, catalogue, providers: settings.providers }) }
}
