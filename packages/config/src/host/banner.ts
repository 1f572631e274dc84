import type { ProviderReport } from '../discovery/discovery.ts'
import type { Settings } from '../settings.ts'

export interface Start {
  readonly settings: Settings
  readonly reports: readonly ProviderReport[]
  /** `http://127.0.0.1:8787` */
  readonly address: string
  /** Every model that can be asked for. */
  readonly models: readonly string[]
}

/** What a person reads at the start: the address, what was found, and a command to try. */
export function banner({ settings, reports, address, models }: Start): string {
  const model = models[0] ?? 'gpt-4o-mini'
  return [
    `Gateway listens on ${address}  (${settings.source}; ${settings.strategies[0]?.name ?? ''}; ${settings.token === null ? 'no key asked' : 'key asked'})`,
    ...reports.map(describeProvider),
    ...(settings.isSimulated ? ['  simulated   a built-in model that answers without any provider, and says so'] : []),
    ...settings.warnings.map((warning) => `  Warning: ${warning}`),
    '',
    'Try:',
    ...tryIt(address, model, settings.token !== null),
    '',
  ].join('\n')
}

function describeProvider({ provider, ok, models, error, isLookedFor }: ProviderReport): string {
  const name = provider.padEnd(11)
  if (ok) return `  ${name} ${models} ${models === 1 ? 'model' : 'models'}`
  return isLookedFor ? `  ${name} not found here` : `  ${name} not available: ${error ?? 'no answer'}`
}

function tryIt(address: string, model: string, asksForKey: boolean): readonly string[] {
  const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hello' }] })
  return [
    `  curl ${address}/v1/chat/completions -H 'content-type: application/json' \\`,
    ...(asksForKey ? [`    -H "authorization: Bearer $AUTH_TOKEN" \\`] : []),
    `    -d '${body.replaceAll("'", String.raw`'\''`)}'`,
  ]
}
