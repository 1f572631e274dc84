import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'

/** A loopback port that can be closed and opened again. */
export interface Listener {
  readonly port: number
  /** Closes the port and every connection: whoever connects now is refused. */
  pause(): Promise<void>
  /** Opens the same port again. Does nothing where it is open. */
  resume(): Promise<void>
  close(): Promise<void>
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Listens on 127.0.0.1; rejects where the port is taken. A client that breaks off while it sends is no failure. */
export async function createListener(port: number, answer: Answer): Promise<Listener> {
  const server = createServer((request, response) => {
    request.on('error', () => response.destroy())
    answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))))
  })
  // A pooled client must find its idle connection alive: a close that crosses a request looks like a fault nobody chose.
  server.keepAliveTimeout = 120_000
  const chosen = await listen(server, port)
  return {
    port: chosen,
    pause: () => stop(server),
    resume: async () => {
      if (!server.listening) await listen(server, chosen)
    },
    close: () => stop(server),
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}
