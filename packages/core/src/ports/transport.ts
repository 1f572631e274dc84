/**
 * Sends one HTTP request upstream. Does not follow redirects, does not retry, does not throw for a status. Rejects with
 * `TransportError` when no answer came; with the signal's reason when `signal` was aborted. Aborting after the answer began ends
 * its body. Workers and Bun give `fetch`, Node a pooled undici dispatcher.
 */
export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>
}

export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly signal: AbortSignal
  /** How long the connection may take. A transport that cannot tell it from the wait for the answer ignores it: the first-byte clock stands behind. */
  readonly connectTimeoutMs: number
}

export interface TransportResponse {
  readonly status: number
  /** The value of a header, by its name in lower case; null where absent. */
  header(name: string): string | null
  /** The body in pieces as they come. Iterated at most once; `return()` on its iterator closes the connection. */
  readonly body: AsyncIterable<Uint8Array>
}

/** No answer came, or it broke off. */
export class TransportError extends Error {
  readonly kind: TransportErrorKind

  constructor(kind: TransportErrorKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TransportError'
    this.kind = kind
  }
}

export type TransportErrorKind = 'connection-failed' | 'connect-timeout' | 'connection-reset'
