import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { banner, hostGateway } from '@gateway/config'
import { loadSettings } from '@gateway/config/file'
import { createUsageRecorder, GatewayError, systemClock } from '@gateway/core'
import { loadPricer } from '@gateway/cost'
import { exactTokenCounter } from '@gateway/cost/exact-tokens'
import { memoryHealthBoard } from '@gateway/stores/memory'
import { serve, type ServerType } from '@hono/node-server'
import { openUsageLog } from './sqlite-usage-log.ts'
import { undiciTransport } from './undici-transport.ts'

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof GatewayError ? error.message : String(error)}\n`)
  // Not by an exit code alone: what was begun before the failure, a listener even, would go on.
  process.exit(1)
})

/** Reads the settings, picks the parts that Node has, serves until SIGTERM. */
async function main(): Promise<void> {
  const settings = await loadSettings({
    env: process.env,
    readText: (path) => readFile(path, 'utf8').catch(noSuchFile),
    importModule: (path) => import(pathToFileURL(path).href),
  })
  const transport = undiciTransport({ connectTimeoutMs: settings.policy.clocks.connectMs })
  const host = hostGateway(settings, {
    edge: 'node',
    version: '0.0.0',
    transport,
    recorder: createUsageRecorder({ log: await openUsageLog(settings.storage.path), clock: systemClock, onError: reportLostWrite }),
    health: memoryHealthBoard(),
    pricer: await loadPricer(),
    tokens: exactTokenCounter,
    writeLine: (line) => process.stdout.write(`${line}\n`),
    isTerminal: process.stdout.isTTY,
  })
  const reports = await host.refresh()
  const { listening, address } = await listen(host.server, settings.server)
  process.stdout.write(banner({ settings, reports, address, models: host.models() }))
  host.keepRefreshing()
  const stop = async (): Promise<void> => {
    host.log.info('stopping', { drain_ms: settings.server.drainMs })
    const closed = new Promise((resolve) => listening.close(resolve))
    const cut = await host.stop()
    // The last bytes of an answer leave after it was booked.
    await Promise.race([closed, delay(FAREWELL_MS)])
    await transport.close()
    host.log.info('stopped', { cut })
    process.exit(0)
  }
  process.once('SIGTERM', () => void stop())
  process.once('SIGINT', () => void stop())
}

/** A client that keeps its connection open is not waited for any longer. */
const FAREWELL_MS = 1_000

function noSuchFile(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}

interface Listening {
  readonly listening: ServerType
  readonly address: string
}

function reportLostWrite(error: unknown): void {
  process.stderr.write(`The usage log could not be written; its rows are kept and tried again: ${String(error)}\n`)
}

function listen(
  server: { fetch: Parameters<typeof serve>[0]['fetch'] },
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const listening = serve({ fetch: server.fetch, hostname: host, port, overrideGlobalObjects: false }, (info) => {
      resolve({ listening, address: `http://${info.family === 'IPv6' ? `[${info.address}]` : info.address}:${info.port}` })
    })
    listening.once('error', (error: Error) => {
      reject(new GatewayError('invalid-configuration', `Cannot listen on ${host}:${port}: ${error.message}. Set PORT or HOST.`))
    })
  })
}
