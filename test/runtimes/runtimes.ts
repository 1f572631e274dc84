import { execFile } from 'node:child_process'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { spawnGateway, type GatewayProcess } from '@gateway/testing/processes'

/** One of the places where the gateway runs, as a process that listens. */
export interface Runtime {
  readonly name: 'Node' | 'Bun' | 'workerd'
  /** Starts the app in an empty folder. `configuration` is what `gateway.config.json` would say. */
  start(options: StartOptions): Promise<RunningGateway>
}

export interface StartOptions {
  readonly configuration?: object
  readonly env?: Readonly<Record<string, string>>
}

export interface RunningGateway extends GatewayProcess {
  /** Rows of its log. */
  query(sql: string): Promise<readonly Row[]>
}

export type Row = Readonly<Record<string, string | number | bigint | Uint8Array | null>>

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const WRANGLER = join(REPOSITORY, 'apps/worker/node_modules/.bin/wrangler')
const SOURCE = '--conditions=@gateway/source'

export const RUNTIMES: readonly Runtime[] = [
  { name: 'Node', start: (options) => startOnMachine(['node', SOURCE, join(REPOSITORY, 'apps/node/src/main.ts')], options) },
  { name: 'Bun', start: (options) => startOnMachine(['bun', SOURCE, join(REPOSITORY, 'apps/bun/src/main.ts')], options) },
  { name: 'workerd', start: startOnWorkerd },
]

async function startOnMachine(command: readonly string[], { configuration, env = {} }: StartOptions): Promise<RunningGateway> {
  const cwd = await emptyFolder()
  if (configuration) await writeFile(join(cwd, 'gateway.config.json'), JSON.stringify(configuration))
  const gateway = await spawnGateway({
    command,
    cwd,
    env: { BUN_CONFIG_MAX_HTTP_REQUESTS: '65535', ...env },
    readyPattern: /listens on (\S+)/,
  })
  return { ...gateway, query: async (sql) => query(join(cwd, '.gateway/gateway.db'), sql) }
}

/** The bundle that would be deployed, on workerd, with a D1 of its own that wrangler has migrated. */
async function startOnWorkerd({ configuration, env = {} }: StartOptions): Promise<RunningGateway> {
  const state = await emptyFolder()
  const [script] = await Promise.all([bundle(), wrangler('d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', state)])
  const variables = { ...env, ...(configuration ? { GATEWAY_CONFIG_JSON: JSON.stringify(configuration) } : {}) }
  const gateway = await spawnGateway({
    command: (port) => ['node', join(REPOSITORY, 'test/runtimes/serve-workerd.ts'), JSON.stringify({ script, state, port, variables })],
    cwd: state,
    readyPattern: /listens on (\S+)/,
    timeoutMs: 60_000,
  })
  return { ...gateway, query: async (sql) => query(await d1File(state), sql) }
}

let bundled: Promise<string> | null = null

/** Once for all tests. */
function bundle(): Promise<string> {
  bundled ??= emptyFolder().then(async (folder) => {
    await wrangler('deploy', '--dry-run', '--outdir', folder)
    return join(folder, 'main.js')
  })
  return bundled
}

async function wrangler(...words: readonly string[]): Promise<void> {
  const env = {
    ...process.env,
    WRANGLER_BUILD_CONDITIONS: '@gateway/source,workerd,worker,browser',
    WRANGLER_SEND_METRICS: 'false',
    CI: 'true',
  }
  await promisify(execFile)(WRANGLER, words, { cwd: join(REPOSITORY, 'apps/worker'), env })
}

function emptyFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'gateway-'))
}

function query(path: string, sql: string): readonly Row[] {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return database.prepare(sql).all()
  } finally {
    database.close()
  }
}

/** workerd keeps a D1 as a file of SQLite. */
async function d1File(state: string): Promise<string> {
  const files = await readdir(state, { recursive: true })
  const file = files.find((name) => /D1.*[0-9a-f]{64}\.sqlite$/.test(name))
  if (file === undefined) throw new Error(`No D1 file among ${files.join(', ')}`)
  return join(state, file)
}
