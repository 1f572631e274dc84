import { readVariable, env, type Environment } from './env-reference.ts'
import { isTree, pathText, valueAt, withValue, type Path } from '../shape/tree.ts'

/** What is read where there is no file, in the order of preference among the providers. */
const VARIABLES: readonly (readonly [name: string, path: Path])[] = [
  ['OLLAMA_ENDPOINT', ['providers', 'ollama', 'baseUrl']],
  ['LLAMACPP_ENDPOINT', ['providers', 'llamacpp', 'baseUrl']],
  ['KAMATERA_ENDPOINT', ['providers', 'kamatera', 'baseUrl']],
  ['KAMATERA_AUTH_TOKEN', ['providers', 'kamatera', 'apiKey']],
  ['GROQ_ENDPOINT', ['providers', 'groq', 'baseUrl']],
  ['GROQ_API_KEY', ['providers', 'groq', 'apiKey']],
  ['OPENAI_ENDPOINT', ['providers', 'openai', 'baseUrl']],
  ['OPENAI_API_KEY', ['providers', 'openai', 'apiKey']],
  ['ANTHROPIC_ENDPOINT', ['providers', 'anthropic', 'baseUrl']],
  ['ANTHROPIC_API_KEY', ['providers', 'anthropic', 'apiKey']],
  ['GEMINI_ENDPOINT', ['providers', 'gemini', 'baseUrl']],
  ['GEMINI_API_KEY', ['providers', 'gemini', 'apiKey']],
  ['MISTRAL_ENDPOINT', ['providers', 'mistral', 'baseUrl']],
  ['MISTRAL_API_KEY', ['providers', 'mistral', 'apiKey']],
  ['DEEPSEEK_ENDPOINT', ['providers', 'deepseek', 'baseUrl']],
  ['DEEPSEEK_API_KEY', ['providers', 'deepseek', 'apiKey']],
  ['XAI_ENDPOINT', ['providers', 'xai', 'baseUrl']],
  ['XAI_API_KEY', ['providers', 'xai', 'apiKey']],
  ['AZURE_OPENAI_ENDPOINT', ['providers', 'azure-openai', 'baseUrl']],
  ['AZURE_OPENAI_API_KEY', ['providers', 'azure-openai', 'apiKey']],
  ['CLOUDFLARE_ENDPOINT', ['providers', 'workers-ai', 'baseUrl']],
  ['CLOUDFLARE_ACCOUNT_ID', ['providers', 'workers-ai', 'accountId']],
  ['CLOUDFLARE_API_TOKEN', ['providers', 'workers-ai', 'apiKey']],
  ['TOGETHER_ENDPOINT', ['providers', 'together', 'baseUrl']],
  ['TOGETHER_API_KEY', ['providers', 'together', 'apiKey']],
  ['FIREWORKS_ENDPOINT', ['providers', 'fireworks', 'baseUrl']],
  ['FIREWORKS_API_KEY', ['providers', 'fireworks', 'apiKey']],
  ['OPENROUTER_ENDPOINT', ['providers', 'openrouter', 'baseUrl']],
  ['OPENROUTER_API_KEY', ['providers', 'openrouter', 'apiKey']],
  ['DEFAULT_ROUTING_STRATEGY', ['routing', 'strategy']],
  ['ENABLE_FAILOVER', ['routing', 'failover', 'enabled']],
  ['MAX_FAILOVER_ATTEMPTS', ['routing', 'failover', 'maxAttempts']],
  ['CONNECT_TIMEOUT_MS', ['routing', 'clocks', 'connectMs']],
  ['FIRST_BYTE_TIMEOUT_MS', ['routing', 'clocks', 'firstByteMs']],
  ['IDLE_TIMEOUT_MS', ['routing', 'clocks', 'idleMs']],
  ['TOTAL_TIMEOUT_MS', ['routing', 'clocks', 'totalMs']],
  ['HEALTH_CHECK_INTERVAL_SEC', ['health', 'intervalSec']],
]

/** What belongs to the machine rather than to the configuration: the environment goes before a file. */
const MACHINE_VARIABLES: typeof VARIABLES = [
  ['HOST', ['server', 'host']],
  ['PORT', ['server', 'port']],
  ['LOG_LEVEL', ['log', 'level']],
  ['AUTH_TOKEN', ['auth', 'token']],
]

/** What the environment says, as a configuration of references, and the variables that stand for its paths. */
export interface Layer {
  readonly tree: unknown
  readonly variables: ReadonlyMap<string, string>
}

/** The environment alone. Variables that are not set stand for their paths too, so that a problem can name them. */
export function environmentLayer(environment: Environment): Layer {
  const all = [...VARIABLES, ...MACHINE_VARIABLES]
  const set = setOf(all, environment).filter(([name]) => isMeant(name, environment))
  const tree = withVariables({}, set)
  const hasKamatera = set.some(([name]) => name.startsWith('KAMATERA_'))
  return { tree: hasKamatera ? withValue(tree, ['providers', 'kamatera', 'price'], { perRequest: 0.001 }) : tree, variables: byPath(all) }
}

/** Cloudflare's own tools read the same variables: only the account and its token together speak of models. */
function isMeant(name: string, environment: Environment): boolean {
  if (!name.startsWith('CLOUDFLARE_')) return true
  return ['CLOUDFLARE_ACCOUNT_ID', 'CLOUDFLARE_API_TOKEN'].every((needed) => readVariable(environment, needed) !== null)
}

/** A file with what the environment says of the machine over it. */
export function machineLayer(configuration: unknown, environment: Environment): Layer {
  if (!isTree(configuration)) return { tree: configuration, variables: new Map() }
  // A section that is no object stays as it is, so that its fault is found.
  const present = setOf(MACHINE_VARIABLES, environment).filter(([, path]) => isSection(valueAt(configuration, path.slice(0, 1))))
  return { tree: withVariables(configuration, present), variables: byPath(present) }
}

function isSection(value: unknown): boolean {
  return value === undefined || isTree(value)
}

function setOf(variables: typeof VARIABLES, environment: Environment): typeof VARIABLES {
  return variables.filter(([name]) => readVariable(environment, name) !== null)
}

function withVariables(tree: unknown, variables: typeof VARIABLES): unknown {
  return variables.reduce((result, [name, path]) => withValue(result, path, env(name)), tree)
}

function byPath(variables: typeof VARIABLES): ReadonlyMap<string, string> {
  return new Map(variables.map(([name, path]) => [pathText(path), name]))
}
