import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Behaviour } from './behaviour.ts'
import { readBehaviour } from './behaviour.ts'
import type { Fault } from './faults/fault.ts'
import { createListener } from './listener.ts'
import type { Listener } from './listener.ts'
import type { RecordedRequest, Totals } from './recorder.ts'
import type { Upstream } from './upstream.ts'

/** A simulated server as a suite drives it, whether it runs in this process or in its own. */
export interface UpstreamControl {
  readonly url: string
  /** From now on, for requests that come. `{}` is healthy. */
  behave(behaviour: Fault | Behaviour): Promise<void>
  /** What it saw and said so far; `containing` picks requests by a text in their body, so that many tests may share a server. */
  snapshot(containing?: string): Promise<Snapshot>
  /** Healthy, and nothing recorded. */
  reset(): Promise<void>
  close(): Promise<void>
}

export interface Snapshot {
  readonly requests: readonly RecordedRequest[]
  readonly totals: Totals
}

/** Where the control of a server answers; the server's own port may be closed by a fault, this one never is. */
export const CONTROL_PATH = '/__control'

/**
 * Serves the control of an upstream on a port of its own: `GET` answers a `Snapshot` (`?containing=` picks its requests), `POST` takes a behaviour (or the name
 * of a fault) in JSON, `DELETE` resets. What cannot be read is a 400 that says why.
 */
export function serveControl(upstream: Upstream): Promise<Listener> {
  return createListener(0, async (request, response) => {
    if (addressOf(request).pathname !== CONTROL_PATH) return reply(response, 404, { error: `only ${CONTROL_PATH} is served here` })
    try {
      return await reply(response, 200, await obey(upstream, request))
    } catch (error) {
      return reply(response, 400, { error: error instanceof Error ? error.message : String(error) })
    }
  })
}

/** The control of an upstream in this process. */
export function controlOf(upstream: Upstream): UpstreamControl {
  return {
    url: upstream.url,
    behave: upstream.behave,
    snapshot: async (containing) => snapshotOf(upstream, containing),
    reset: upstream.reset,
    close: upstream.close,
  }
}

async function obey(upstream: Upstream, request: IncomingMessage): Promise<unknown> {
  switch (request.method) {
    case 'POST':
      await upstream.behave(readBehaviour(JSON.parse(await text(request))))
      return {}
    case 'DELETE':
      await upstream.reset()
      return {}
    default:
      return snapshotOf(upstream, addressOf(request).searchParams.get('containing') ?? undefined)
  }
}

function snapshotOf({ requests, totals }: Upstream, containing: string = ''): Snapshot {
  return { requests: requests.filter((request) => request.body.includes(containing)), totals }
}

function addressOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '', 'http://control')
}

async function reply(response: ServerResponse, status: number, body: unknown): Promise<void> {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
