import { systemClock, type HealthBoard, type Pricer, type TokenCounter, type Transport, type UsageRecorder } from '@gateway/core'
import { createInFlight, createLog, createServer, DEFAULT_SERVER_SETTINGS, logRequest, type Log, type Server } from '@gateway/server'
import { assembleGateway } from '../assemble-gateway.ts'
import type { ProviderReport } from '../discovery/discovery.ts'
import type { Settings } from '../settings.ts'

/** What is different on each runtime. */
export interface Runtime {
  /** As `GET /health` names the place. */
  readonly edge: string
  readonly version: string
  readonly transport: Transport
  readonly recorder: UsageRecorder
  readonly health: HealthBoard
  readonly pricer: Pricer
  readonly tokens: TokenCounter
  /** Gets one line of the log, without its end. */
  readonly writeLine: (line: string) => void
  /** Keeps work alive after its reply, where a process does not do so by living on. */
  readonly defer?: (work: Promise<unknown>) => void
  /** Whether a person reads the log as it comes. */
  readonly isTerminal: boolean
}

/** A gateway with everything around it that a process needs: log, ledger, health checks, and a way to stop. */
export interface Host {
  /** Every model that can be asked for now. */
  models(): readonly string[]
  readonly server: Server
  readonly log: Log
  /** Asks the providers once. Never rejects. */
  refresh(): Promise<readonly ProviderReport[]>
  /** Asks them again and again, by the settings' interval, until `stop`. */
  keepRefreshing(): void
  /** Takes no new request, waits for the open ones as long as the settings say, writes the ledger. Resolves with how many were cut. */
  stop(): Promise<number>
}

/** Puts a gateway behind its HTTP surface. */
export function hostGateway(settings: Settings, runtime: Runtime): Host {
  const clock = systemClock
  const log = createLog({
    level: settings.logLevel,
    format: runtime.isTerminal ? 'text' : 'json',
    write: runtime.writeLine,
    epochMs: clock.epochMs,
  })
  const { recorder, defer = letRun } = runtime
  const inFlight = createInFlight(clock)
  const { handle, decide, catalogue, discovery } = assembleGateway(settings, {
    ...runtime,
    clock,
    random: Math.random,
    record(record) {
      inFlight.ended(record)
      recorder.record(record)
      logRequest(log, record)
    },
  })
  const server = createServer({
    handle: inFlight.watch(handle),
    decide,
    catalogue,
    tokens: runtime.tokens,
    health: runtime.health,
    clock,
    settings: {
      ...DEFAULT_SERVER_SETTINGS,
      ...settings.server,
      edge: runtime.edge,
      version: runtime.version,
      authToken: settings.token,
      isStrict: settings.isStrict,
    },
    defer: (work) => defer(work.catch((error: unknown) => log.error('deferred work', { error: String(error) }))),
    isDraining: inFlight.isDraining,
  })
  let cancelRefresh: (() => void) | null = null
  const keepRefreshing = (): void => {
    cancelRefresh = clock.schedule(settings.healthIntervalMs, () => void discovery.refresh().then(keepRefreshing))
  }
  return {
    server,
    log,
    models: () => catalogue.list().map((model) => model.name),
    refresh: discovery.refresh,
    keepRefreshing,
    async stop() {
      const cut = await inFlight.drain(settings.server.drainMs)
      cancelRefresh?.()
      await recorder.close()
      if (recorder.dropped() > 0) log.error('usage log', { dropped: recorder.dropped() })
      return cut
    },
  }
}

function letRun(): void {}
