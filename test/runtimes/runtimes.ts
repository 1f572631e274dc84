import { execFile } from 'node:child_process'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { spawnGateway, startChild, type Child, type GatewayProcess } from '@gateway/testing/processes'

/** One of the places where the gateway runs, as a process that listens. */
export interface Runtime {
  readonly name: 'Node' | 'Bun' | 'workerd'
  /** Starts the app in an empty folder. `configuration` is what `gateway.config.json` would say. */
  start(options: StartOptions): Promise<RunningGateway>
}

/** A machine with a file system and signals. */
export interface Machine extends Runtime {
  /** Starts the app, and waits for nothing. Its port is any free one where `PORT` does not say. */
  launch(options: LaunchOptions): Promise<Launched>
}

export interface LaunchOptions extends StartOptions {
  /** The folder of an earlier start. */
  readonly cwd?: string
}

export interface Launched extends Child {
  readonly cwd: string
  /** Once it has printed that it listens there. */
  url(): Promise<string>
  query(sql: string): Promise<readonly Row[]>
}

export interface StartOptions {
  readonly configuration?: object
  readonly env?: Readonly<Record<string, string>>
}

export interface RunningGateway extends GatewayProcess {
  /** Where its database is. */
  readonly dataFolder: string
  /** Rows of its log. */
  query(sql: string): Promise<readonly Row[]>
}

export type Row = Readonly<Record<string, string | number | bigint | Uint8Array | null>>

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const WRANGLER = join(REPOSITORY, 'apps/worker/node_modules/.bin/wrangler')
const SOURCE = '--conditions=@gateway/source'
const READY = /listens on (\S+)/
const START_MS = 20_000

export const MACHINES: readonly Machine[] = [
  machine('Node', ['node', SOURCE, join(REPOSITORY, 'apps/node/src/main.ts')]),
  machine('Bun', ['bun', SOURCE, join(REPOSITORY, 'apps/bun/src/main.ts')]),
]

export const RUNTIMES: readonly Runtime[] = [...MACHINES, { name: 'workerd', start: startOnWorkerd }]

function machine(name: 'Node' | 'Bun', command: readonly string[]): Machine {
  return {
    name,
    async start(options) {
      const { cwd, env } = await prepare(options)
      return { ...(await spawnGateway({ command, cwd, env, readyPattern: READY })), dataFolder: join(cwd, '.gateway'), query: queryIn(cwd) }
    },
    async launch(options) {
      const { cwd, env } = await prepare(options)
      const child = startChild(command, { cwd, env: { PORT: '0', ...env } })
      return { ...child, cwd, url: async () => (await child.waitFor(READY, START_MS))[1] ?? '', query: queryIn(cwd) }
    },
  }
}

async function prepare({ configuration, env = {}, cwd: given }: LaunchOptions): Promise<Pick<Required<LaunchOptions>, 'cwd' | 'env'>> {
  const cwd = given ?? (await emptyFolder())
  if (configuration) await writeFile(join(cwd, 'gateway.config.json'), JSON.stringify(configuration))
  return { cwd, env: { BUN_CONFIG_MAX_HTTP_REQUESTS: '65535', ...env } }
}

function queryIn(cwd: string): Launched['query'] {
  return async (sql) => query(join(cwd, '.gateway/gateway.db'), sql)
}

/** The bundle that would be deployed, on workerd, with a D1 of its own that wrangler has migrated. */
async function startOnWorkerd({ configuration, env = {} }: StartOptions): Promise<RunningGateway> {
  const state = await emptyFolder()
  const [script] = await Promise.all([bundle(), wrangler('d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', state)])
  const variables = { ...env, ...(configuration ? { GATEWAY_CONFIG_JSON: JSON.stringify(configuration) } : {}) }
  const gateway = await spawnGateway({
    command: (port) => ['node', join(REPOSITORY, 'test/runtimes/serve-workerd.ts'), JSON.stringify({ script, state, port, variables })],
    cwd: state,
    readyPattern: READY,
    timeoutMs: 60_000,
  })
  return { ...gateway, dataFolder: state, query: async (sql) => query(await d1File(state), sql) }
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
