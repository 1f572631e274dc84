import {
  createCatalogue,
  createGateway,
  decide,
  type Catalogue,
  type GatewayParts,
  type ModelRequest,
  type Next,
  type RouteDecision,
} from '@gateway/core'
import { simulated } from '@gateway/providers'
import { createDiscovery, type Discovery } from './discovery/discovery.ts'
import type { Settings } from './settings.ts'

/** What a runtime brings along. */
export type AssemblyParts = Pick<GatewayParts, 'transport' | 'health' | 'clock' | 'random' | 'pricer' | 'record'>

export interface Assembly {
  /** The whole request path. */
  readonly handle: Next
  /** What the path would decide, without sending anything. */
  readonly decide: (request: ModelRequest, strategy: string | undefined) => RouteDecision
  readonly catalogue: Catalogue
  /** Call `refresh` at the start and every `settings.healthIntervalMs`. */
  readonly discovery: Discovery
}

/** The one place where settings become a gateway. Sends nothing by itself. */
export function assembleGateway(settings: Settings, parts: AssemblyParts): Assembly {
  const configured = settings.providers.map(({ provider }) => provider)
  const providers = settings.isSimulated ? [...configured, simulated({ clock: parts.clock })] : configured
  const catalogue = createCatalogue({ providers, models: settings.models, pricer: parts.pricer })
  const { strategies, policy } = settings
  return {
    handle: createGateway({ ...parts, catalogue, strategies, policy }),
    decide: (request, strategy) => decide({ ...parts, catalogue, strategies }, request, strategy),
    catalogue,
    discovery: createDiscovery({ ...parts, catalogue, providers: settings.providers }),
  }
}
