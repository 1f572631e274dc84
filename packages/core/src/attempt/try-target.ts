import type { UpstreamFailure } from '../failure.ts'
import { GatewayError } from '../gateway-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { Transport } from '../ports/transport.ts'
import type { Warning } from '../protocol.ts'
import type { Target } from '../provider.ts'
import type { Exchange, ReplyBody } from '../stage.ts'
import { warningNames } from '../warning-names.ts'
import type { AttemptPolicy } from './attempt-policy.ts'
import { interruptibleChunks, interruptibleResponse } from './interruptible.ts'
import type { OpenAttempt, OpenResponse } from './open-attempt.ts'
import { readAtMost } from './read-at-most.ts'
import { toFailure } from './to-failure.ts'
import { createWatchdog, type Watchdog } from './watchdog.ts'
import type { UpstreamRequest } from './upstream-request.ts'
import { writeUpstreamRequest } from './write-upstream-request.ts'

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
  /** Hears of a stream that fails after its first token, when `tryTarget` has long resolved. */
  readonly onBroken: (failure: UpstreamFailure) => void
}

export type Outcome =
  | { readonly ok: true; readonly body: ReplyBody; readonly warnings: readonly Warning[] }
  | { readonly ok: false; readonly failure: UpstreamFailure; readonly cause?: unknown }

/** Asks one target once. Resolves with a failure for anything that the ladder may act on; throws only what is the gateway's own fault. */
export async function tryTarget(parts: TryParts, attempt: Try): Promise<Outcome> {
  const { exchange, target, deadline, onBroken } = attempt
  const { policy, clock } = parts
  const request = writeUpstreamRequest(exchange.request, target)
  if (exchange.isStrict && request.warnings.length > 0) return { ok: false, failure: lossy(request.warnings, target) }
  const watchdog = createWatchdog({ clock, signal: exchange.signal, deadline })
  const limitMs = Math.min(exchange.request.isStreaming ? policy.clocks.firstByteMs : policy.clocks.wholeReplyMs, attempt.shareMs)
  const commitBy = clock.now() + limitMs
  watchdog.arm('first-byte-timeout', limitMs)
  try {
    const response = await send(parts, target, { request, watchdog })
    const open: OpenAttempt = { exchange, target, response, watchdog, policy, clock, commitBy, onBroken }
    if (response.status < 200 || response.status >= 300) return await refuse(open, request)
    return { ok: true, body: await request.readBody(open), warnings: request.warnings }
  } catch (error) {
    watchdog.abort()
    if (error instanceof GatewayError) throw error
    return { ok: false, failure: toFailure(error, watchdog.expired()), cause: error }
  }
}

/** Another target may speak a protocol that can say it all, so only this one is passed over. */
function lossy(warnings: readonly Warning[], { provider }: Target): UpstreamFailure {
  const names = warningNames(warnings).join(', ')
  const message = `Provider '${provider.name}' cannot be asked without a loss (${names}), and the request is strict.`
  const detail = { message, type: 'invalid_request_error', code: 'strict', param: warnings[0]?.field ?? '' }
  return { scope: 'model', reason: 'rejected', retryable: false, status: 400, message, detail }
}

async function send(parts: TryParts, target: Target, sending: { request: UpstreamRequest; watchdog: Watchdog }): Promise<OpenResponse> {
  const { method, url, headers, body } = sending.request
  const { signal } = sending.watchdog
  const transport = target.provider.transport ?? parts.transport
  const connectTimeoutMs = parts.policy.clocks.connectMs
  const response = await interruptibleResponse(
    () => transport.send({ method, url, headers, signal, connectTimeoutMs, ...(body === null ? {} : { body }) }),
    signal,
  )
  return { status: response.status, header: (name) => response.header(name), chunks: interruptibleChunks(response.body, signal) }
}

async function refuse(open: OpenAttempt, request: UpstreamRequest): Promise<Outcome> {
  const { response, clock } = open
  const failure = request.readError({
    status: response.status,
    header: (name) => response.header(name),
    text: await readErrorText(open),
    nowMs: clock.epochMs(),
  })
  return { ok: false, failure }
}

const MAX_ERROR_BYTES = 64 * 1024
const MAX_ERROR_WAIT_MS = 5_000

/** The status has said most of it: a body that breaks off or does not come is as good as none. */
async function readErrorText({ response, watchdog, policy, commitBy }: OpenAttempt): Promise<string> {
  watchdog.limitTo(commitBy)
  watchdog.arm('idle-timeout', Math.min(policy.clocks.idleMs, MAX_ERROR_WAIT_MS))
  try {
    const { bytes } = await readAtMost(response.chunks, MAX_ERROR_BYTES, watchdog)
    watchdog.stop()
    return new TextDecoder().decode(bytes)
  } catch {
    watchdog.abort()
    return ''
  }
}
