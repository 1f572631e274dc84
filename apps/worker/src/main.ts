import { hostGateway, toSettings, type Host, type Settings } from '@gateway/config'
import { fetchTransport, GatewayError, immediateUsageRecorder } from '@gateway/core'
import { loadPricer } from '@gateway/cost'
import { estimatedTokenCounter } from '@gateway/cost/tokens'
import { workersAiBinding } from '@gateway/providers'
import { memoryHealthBoard } from '@gateway/stores/memory'
import { d1Dialect, sqlUsageLog } from '@gateway/stores/sql'
import { waitUntil } from 'cloudflare:workers'

/** Beside these, every variable that Node and Bun read from the environment, as a variable or a secret of the Worker. */
interface Env {
  readonly DB: D1Database
  /** Workers AI, where wrangler.jsonc binds it: its models need no key here. */
  readonly AI?: Ai
  /** A configuration as a JSON document; the variables alone count where absent. */
  readonly GATEWAY_CONFIG_JSON?: string
}

export default {
  async fetch(request, env) {
    try {
      const { server } = await openHost(env)
      return await server.fetch(request)
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error
      console.error(error.message)
      return Response.json(
        { error: { message: 'This gateway is not configured.', type: 'server_error', param: null, code: error.code } },
        { status: 500 },
      )
    }
  },
  async scheduled(_controller, env) {
    const host = await openHost(env)
    await host.refresh()
  },
} satisfies ExportedHandler<Env>

let opening: Promise<Host> | null = null

/** Once an isolate; a request waits for the first answers of the providers, but not for a slow one. */
function openHost(env: Env): Promise<Host> {
  opening ??= open(env)
  opening.catch(() => (opening = null))
  return opening
}

async function open(env: Env): Promise<Host> {
  const host = hostGateway(withWorkersAi(readSettings(env), env.AI), {
    edge: 'cloudflare',
    version: '0.0.0',
    transport: fetchTransport(),
    recorder: immediateUsageRecorder(sqlUsageLog(d1Dialect(env.DB)), (write) => waitUntil(write.catch(reportLostWrite))),
    health: memoryHealthBoard(),
    pricer: await loadPricer(),
    tokens: estimatedTokenCounter,
    writeLine: (line) => console.log(line),
    defer: (work) => waitUntil(work),
    isTerminal: false,
  })
  const refreshed = host.refresh()
  waitUntil(refreshed)
  await Promise.race([refreshed, scheduler.wait(DISCOVERY_MS)])
  return host
}

const DISCOVERY_MS = 1_500

function reportLostWrite(error: unknown): void {
  console.error(`The usage log could not be written; a row is lost: ${String(error)}`)
}

/** A bound Workers AI is a provider like any other, and makes the simulated model superfluous. */
function withWorkersAi(settings: Settings, binding: Ai | undefined): Settings {
  const configured = settings.providers.filter(({ isLookedFor }) => !isLookedFor)
  if (!binding || configured.some(({ provider }) => provider.name === 'workers-ai')) return settings
  return { ...settings, providers: [{ provider: workersAiBinding(binding), isLookedFor: false }, ...configured], isSimulated: false }
}

function readSettings(env: Env): Settings {
  const { GATEWAY_CONFIG_JSON: text } = env
  const variables = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  if (text === undefined) return toSettings({ env: variables, source: 'the variables of the Worker' })
  return toSettings({ configuration: parseJson(text), source: 'GATEWAY_CONFIG_JSON', env: variables })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new GatewayError('invalid-configuration', 'GATEWAY_CONFIG_JSON is not valid JSON.', { cause: error })
  }
}
