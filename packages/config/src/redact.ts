import type { JsonObject } from '@gateway/core'
import type { ConfiguredProvider, Settings } from './settings.ts'

/** The settings as they may be printed and logged: of a secret only whether it is set. */
export function redact(settings: Settings): JsonObject {
  const { clocks, backoff, failover, maxAttempts } = settings.policy
  return {
    source: settings.source,
    providers: settings.providers.map(redactProvider),
    simulated: settings.isSimulated,
    models: settings.models.map((model) => model.name),
    strategies: settings.strategies.map((strategy) => strategy.name),
    failover: { enabled: failover, maxAttempts },
    clocks: { ...clocks },
    backoff: { ...backoff },
    server: { ...settings.server },
    token: settings.token === null ? 'none' : 'set',
    storage: settings.storage.path,
    logLevel: settings.logLevel,
    healthIntervalMs: settings.healthIntervalMs,
  }
}

/** A header's value may be a key, so only names are told. */
function redactProvider({ provider, isLookedFor }: ConfiguredProvider): JsonObject {
  return {
    name: provider.name,
    address: addressOf(provider.endpoints[0].baseUrl),
    isLocal: provider.isLocal,
    isLookedFor,
    headers: Object.keys(provider.endpoints[0].headers),
    serves: provider.serves,
  }
}

/** A plug-in may have put a password or a key into its address. */
function addressOf(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) return 'its own'
  const { protocol, host, pathname } = new URL(baseUrl)
  return `${protocol}//${host}${pathname}`
}
