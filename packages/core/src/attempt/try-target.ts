import type { UpstreamFailure } from '../failure.ts'
import type { Clock } from '../ports/clock.ts'
import type { Transport, TransportResponse } from '../ports/transport.ts'
import type { Warning } from '../protocol.ts'
import type { Target } from '../provider.ts'
import type { Exchange, ReplyBody } from '../stage.ts'
import type { AttemptPolicy } from './attempt-policy.ts'
import type { OpenAttempt } from './open-attempt.ts'
import { openStream } from './open-stream.ts'
import { readAtMost } from './read-at-most.ts'
import { readWhole } from './read-whole.ts'
import { toFailure } from './to-failure.ts'
import { createWatchdog, type Watchdog } from './watchdog.ts'
import { writeUpstreamRequest, type UpstreamRequest } from './write-upstream-request.ts'

export interface TryParts {
  readonly policy: AttemptPolicy
  readonly transport: Transport
  readonly clock: Clock
}

export interface Try {
  readonly exchange: Exchange
  readonly target: Target
  /** This attempt's share of the ladder, until it has committed. */
  readonly shareMs: number
  /** On the clock, when the whole ladder ends. */
  readonly deadline: number
}

export type Outcome =
  | { readonly ok: true; readonly body: ReplyBody; readonly warnings: readonly Warning[] }
  | { readonly ok: false; readonly failure: UpstreamFailure }

/** Asks one target once. Resolves with a failure for anything that the ladder may act on; throws only what is the gateway's own fault. */
export async function tryTarget(parts: TryParts, attempt: Try): Promise<Outcome> {
  const { exchange, target } = attempt
  const request = writeUpstreamRequest(exchange.request, target)
  const watchdog = createWatchdog({ clock: parts.clock, signal: exchange.signal, deadline: attempt.deadline })
  const { clocks } = parts.policy
  watchdog.arm('first-byte-timeout', Math.min(exchange.request.isStreaming ? clocks.firstByteMs : clocks.wholeReplyMs, attempt.shareMs))
  try {
    const response = await send(parts, target, { request, watchdog })
    const open: OpenAttempt = { exchange, target, request, response, watchdog, policy: parts.policy, clock: parts.clock }
    if (response.status < 200 || response.status >= 300) return await refuse(open)
    return { ok: true, body: await readBody(open), warnings: request.warnings }
  } catch (error) {
    watchdog.abort()
    return { ok: false, failure: toFailure(error, watchdog.expired()) }
  }
}

function send(parts: TryParts, target: Target, { request, watchdog }: { request: UpstreamRequest; watchdog: Watchdog }): Promise<TransportResponse> {
  const transport = target.provider.transport ?? parts.transport
  return transport.send({
    method: 'POST',
    url: request.url,
    headers: request.headers,
    body: request.body,
    signal: watchdog.signal,
    connectTimeoutMs: parts.policy.clocks.connectMs,
  })
}

function readBody(open: OpenAttempt): Promise<ReplyBody> {
  return open.exchange.request.isStreaming ? openStream(open) : readWhole(open)
}

const MAX_ERROR_BYTES = 64 * 1024

async function refuse(open: OpenAttempt): Promise<Outcome> {
  const { response, watchdog, target } = open
  watchdog.arm('idle-timeout', open.policy.clocks.idleMs)
  const { bytes } = await readAtMost(response.body, MAX_ERROR_BYTES, watchdog)
  watchdog.stop()
  const failure = target.provider.chat.protocol.readError({
    status: response.status,
    header: (name) => response.header(name),
    text: new TextDecoder().decode(bytes),
    nowMs: open.clock.epochMs(),
  })
  return { ok: false, failure }
}
