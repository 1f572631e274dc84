import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { startChild } from './child.ts'
import type { Child } from './child.ts'

export interface GatewayCommand {
  /** The program and its arguments; a function where the port is one of the arguments. */
  readonly command: readonly string[] | ((port: number) => readonly string[])
  readonly cwd?: string
  /** Its whole environment, but for `PATH`, `HOME`, `TMPDIR`, and `HOST` and `PORT` where they are not given. */
  readonly env?: Readonly<Record<string, string>>
  /** Ready once its output matches and `GET /health` answers. Where it has a first group, that is its address. */
  readonly readyPattern?: RegExp
  /** How long it may take to be ready. Default 30 s. */
  readonly timeoutMs?: number
}

/** A gateway that listens, as a process of its own. */
export interface GatewayProcess {
  /** Without a trailing slash and without `/v1`. */
  readonly url: string
  readonly pid: number
  /** All that it printed so far. */
  output(): string
  /** Its exit code; `null` where a signal ended it. */
  readonly exited: Promise<number | null>
  /** SIGTERM; after the grace (10 s) SIGKILL to it and its descendants. Resolves to the exit code. */
  stop(graceMs?: number): Promise<number | null>
}

/** Starts an app and waits until it answers. Rejects with its output where it ends before, or takes too long; leaves nothing behind then. */
export async function spawnGateway(options: GatewayCommand): Promise<GatewayProcess> {
  const port = Number(options.env?.['PORT'] ?? (await freePort()))
  const command = typeof options.command === 'function' ? options.command(port) : options.command
  const env = { HOST: '127.0.0.1', PORT: String(port), ...options.env }
  const child = startChild(command, { ...(options.cwd === undefined ? {} : { cwd: options.cwd }), env })
  try {
    const url = await ready(child, { options, url: `http://127.0.0.1:${port}` })
    return { url, pid: child.pid, output: child.output, exited: child.exited, stop: child.stop }
  } catch (error) {
    await child.stop(1000)
    throw error
  }
}

const DEFAULT_TIMEOUT_MS = 30_000

async function ready(child: Child, expected: { readonly options: GatewayCommand; readonly url: string }): Promise<string> {
  const { readyPattern, timeoutMs = DEFAULT_TIMEOUT_MS } = expected.options
  const deadline = performance.now() + timeoutMs
  const match = readyPattern === undefined ? null : await child.waitFor(readyPattern, timeoutMs)
  const url = (match?.[1] ?? expected.url).replace(/\/$/, '')
  let hasEnded = false
  void child.exited.then(() => (hasEnded = true))
  while (!(await isHealthy(url))) {
    const why = hasEnded ? 'ended' : `did not answer ${url}/health within ${timeoutMs} ms`
    if (hasEnded || performance.now() > deadline) throw new Error(`The gateway ${why}. It printed:\n${child.output()}`)
    await delay(50)
  }
  return url
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    // Not listening yet: the caller asks again.
    return false
  }
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
