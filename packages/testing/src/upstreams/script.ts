import type { SaidUsage } from './wire.ts'

/** What a simulated server puts on the wire in answer to one request: data, so that a fault is a pure function. */
export interface Script {
  /** `null`: not even a status line is sent. */
  readonly head: Head | null
  /** Played in order; a script whose last step neither ends, resets nor stalls is ended cleanly. */
  readonly steps: readonly Step[]
}

export interface Head {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/**
 * - `send`: bytes of the body; `tokens` is how many content deltas they carry, `usage` what they claim was used
 * - `pause`: lets the bytes before it reach the client
 * - `stall`: nothing more, the connection stays open until the client goes
 * - `reset`: RST
 * - `hang-up`: FIN, whatever was announced
 * - `break-chunk`: FIN inside a chunk of a chunked body
 */
export type Step =
  | { readonly kind: 'send'; readonly bytes: Uint8Array; readonly tokens: number; readonly usage: SaidUsage | null }
  | { readonly kind: 'pause'; readonly ms: number }
  | { readonly kind: 'stall' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang-up' }
  | { readonly kind: 'break-chunk' }

/** Long enough for loopback to deliver what was written: a reset throws away what the receiver has not read yet. */
const SETTLE_MS = 50

export const pause: Step = { kind: 'pause', ms: SETTLE_MS }

/** A step that sends text, or bytes that are no text at all. */
export function send(body: string | Uint8Array, counts: { readonly tokens?: number; readonly usage?: SaidUsage | null } = {}): Step {
  return {
    kind: 'send',
    bytes: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    tokens: counts.tokens ?? 0,
    usage: counts.usage ?? null,
  }
}

/** A whole answer with a correct `content-length`. */
export function whole(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Script {
  const step = send(body)
  const length = new TextEncoder().encode(body).length
  const head = { status, headers: { 'content-type': 'application/json', 'content-length': String(length), ...headers } }
  return { head, steps: length === 0 ? [] : [step] }
}

/** A JSON answer. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Script {
  return whole(status, JSON.stringify(body), headers)
}

/** A 200 that streams. */
export function streamHead(contentType: string = 'text/event-stream; charset=utf-8'): Head {
  return { status: 200, headers: { 'content-type': contentType, 'cache-control': 'no-cache' } }
}
