import { checkShape } from './shape/check-shape.ts'
import type { ConfigurationData } from './configuration.ts'
import type { Environment } from './environment/env-reference.ts'
import { environmentLayer, machineLayer } from './environment/layers.ts'
import { takePlugIns, type PlugIns } from './shape/plug-ins.ts'
import { invalidConfiguration, type Origins, type Problem } from './problems/problem.ts'
import { resolveReferences } from './environment/resolve-references.ts'
import type { ServerSettings, Settings } from './settings.ts'
import { toModels } from './parts/to-models.ts'
import { SIMULATED, toProviders } from './parts/to-providers.ts'
import { toPolicy, toStrategies } from './parts/to-routing.ts'
import { warningsOf } from './warnings.ts'

export interface SettingsInput {
  /** What `defineConfig` returned, or a parsed JSON or YAML document; the environment alone counts where absent. */
  readonly configuration?: unknown
  /** What errors call the configuration: the name of its file. */
  readonly source?: string
  readonly env: Environment
}

/**
 * Checks a configuration, reads the environment that it refers to and completes it with defaults. `PORT`, `HOST`, `LOG_LEVEL` and
 * `AUTH_TOKEN` go before what the configuration says; every other variable counts only where there is no configuration.
 * Throws `GatewayError('invalid-configuration')` with all problems at once, one a line, without the value of any secret.
 */
export function toSettings({ configuration, source, env }: SettingsInput): Settings {
  const isFromFile = configuration !== undefined
  const layer = isFromFile ? machineLayer(configuration, env) : environmentLayer(env)
  const plugIns = takePlugIns(layer.tree)
  const resolved = resolveReferences(plugIns.tree, env)
  const { references } = resolved
  const shape = checkShape(resolved)
  const origins = { source: source ?? (isFromFile ? 'the configuration' : 'the environment'), variables: layer.variables, references }
  const problems = [...plugIns.problems, ...shape.problems]
  if (!shape.data) throw invalidConfiguration(problems, origins)
  const { settings, problems: others } = complete(shape.data, plugIns, { source: origins.source, references })
  if (problems.length + others.length > 0) throw invalidConfiguration([...problems, ...others], origins)
  return settings
}

interface Completed {
  readonly settings: Settings
  readonly problems: readonly Problem[]
}

/** Whatever cannot be seen from one value alone is found here. */
function complete(data: ConfigurationData, plugIns: PlugIns, { source, references }: Pick<Origins, 'source' | 'references'>): Completed {
  const providers = toProviders(data.providers ?? {}, plugIns)
  const isSimulated = data.simulated ?? plugIns.names.length === 0
  const looksFor = providers.configured.map(({ provider }) => provider.name)
  const names = [...new Set([...plugIns.names, ...looksFor, ...(isSimulated ? [SIMULATED] : [])])]
  const models = toModels(data.models ?? {}, { providers: names, references })
  const strategies = toStrategies(data.routing?.strategy, plugIns.strategies, references)
  const settings = {
    ...toHostSettings(data),
    source,
    providers: providers.configured,
    isSimulated,
    models: models.entries,
    strategies: strategies.ordered,
    policy: toPolicy(data.routing),
    isStrict: data.routing?.strict ?? false,
  }
  const problems = [...providers.problems, ...models.problems, ...strategies.problems]
  return { settings: { ...settings, warnings: warningsOf(settings) }, problems }
}

function toHostSettings({ server, auth, storage, log, health }: ConfigurationData): HostSettings {
  return {
    server: { ...SERVER_DEFAULTS, ...server },
    token: auth?.token ?? null,
    storage: { path: storage?.path ?? '.gateway/gateway.db' },
    logLevel: log?.level ?? 'info',
    healthIntervalMs: (health?.intervalSec ?? 60) * 1_000,
  }
}

type HostSettings = Pick<Settings, 'server' | 'token' | 'storage' | 'logLevel' | 'healthIntervalMs'>

const SERVER_DEFAULTS: ServerSettings = {
  host: '127.0.0.1',
  port: 8787,
  keepAliveMs: 15_000,
  drainMs: 30_000,
  maxBodyBytes: 25 * 1024 * 1024,
}
