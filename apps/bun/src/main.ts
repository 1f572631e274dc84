import { pathToFileURL } from 'node:url'
import { banner, hostGateway } from '@gateway/config'
import { loadSettings } from '@gateway/config/file'
import { createUsageRecorder, fetchTransport, GatewayError, systemClock } from '@gateway/core'
import { loadPricer } from '@gateway/cost'
import { exactTokenCounter } from '@gateway/cost/exact-tokens'
import { memoryHealthBoard } from '@gateway/stores/memory'
import { openUsageLog } from './sqlite-usage-log.ts'

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof GatewayError ? error.message : String(error)}\n`)
  // Not by an exit code alone: what was begun before the failure, a listener even, would go on.
  process.exit(1)
})

/** Reads the settings, picks the parts that Bun has, serves until SIGTERM. */
async function main(): Promise<void> {
  const settings = await loadSettings({
    env: process.env,
    readText: async (path) => ((await Bun.file(path).exists()) ? Bun.file(path).text() : null),
    importModule: (path) => import(pathToFileURL(path).href),
  })
  const host = hostGateway(settings, {
    edge: 'bun',
    version: '0.0.0',
    transport: fetchTransport(),
    recorder: createUsageRecorder({ log: await openUsageLog(settings.storage.path), clock: systemClock, onError: reportLostWrite }),
    health: memoryHealthBoard(),
    pricer: await loadPricer(),
    tokens: exactTokenCounter,
    writeLine: (line) => process.stdout.write(`${line}\n`),
    isTerminal: process.stdout.isTTY,
  })
  const reports = await host.refresh()
  const listening = listen(host.server, settings.server)
  process.stdout.write(banner({ settings, reports, address: listening.url.origin, models: host.models() }))
  host.keepRefreshing()
  const stop = async (): Promise<void> => {
    host.log.info('stopping', { drain_ms: settings.server.drainMs })
    const closed = listening.stop()
    const cut = await host.stop()
    // The last bytes of an answer leave after it was booked.
    await Promise.race([closed, Bun.sleep(FAREWELL_MS)])
    host.log.info('stopped', { cut })
    process.exit(0)
  }
  process.once('SIGTERM', () => void stop())
  process.once('SIGINT', () => void stop())
}

/** A client that keeps its connection open is not waited for any longer. */
const FAREWELL_MS = 1_000

function reportLostWrite(error: unknown): void {
  process.stderr.write(`The usage log could not be written; its rows are kept and tried again: ${String(error)}\n`)
}

/** By now the whole request has come, or was given up. */
const LONG_ANSWER_MS = 240_000

function listen(
  server: { fetch(request: Request): Response | Promise<Response> },
  { host, port }: { host: string; port: number },
): Bun.Server<undefined> {
  try {
    return Bun.serve({
      hostname: host,
      port,
      // Seconds after which a silent connection is closed: the most that Bun takes.
      idleTimeout: 255,
      async fetch(request, listening) {
        // An answer that is not streamed may take longer before its first byte; the gateway's own clocks watch over it.
        const patience = setTimeout(() => listening.timeout(request, 0), LONG_ANSWER_MS)
        try {
          return await server.fetch(request)
        } finally {
          clearTimeout(patience)
        }
      },
    })
  } catch (error) {
    throw new GatewayError('invalid-configuration', `Cannot listen on ${host}:${port}. Set PORT or HOST.`, { cause: error })
  }
}
