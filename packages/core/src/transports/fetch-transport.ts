import { TransportError, type Transport, type TransportResponse } from '../ports/transport.ts'

/** The part of `fetch` that is needed; a Worker's service binding has it too. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/**
 * Sends by the runtime's own `fetch`. It cannot tell the wait for the connection from the wait for the answer, so
 * `connectTimeoutMs` is left to the first-byte clock.
 */
export function fetchTransport(fetch: Fetch = (url, init) => globalThis.fetch(url, init)): Transport {
  return {
    async send({ method, url, headers, body, signal }) {
      try {
        return toResponse(await fetch(url, { method, headers, signal, redirect: 'manual', ...(body === undefined ? {} : { body }) }))
      } catch (error) {
        if (signal.aborted) throw error
        throw new TransportError('connection-failed', 'The upstream could not be reached.', { cause: error })
      }
    },
  }
}

function toResponse(response: Response): TransportResponse {
  return { status: response.status, header: (name) => response.headers.get(name), body: response.body ?? NOTHING }
}

const NOTHING: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {
    // No body: no piece of one.
  },
}
