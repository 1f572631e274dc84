import { endpointFailure, type FailureReason, type UpstreamFailure } from '../failure.ts'
import { TransportError } from '../ports/transport.ts'
import { ReplyError } from '../protocol.ts'

/** What went wrong, where no status says it. A plug-in's own exceptions count as an answer that cannot be read. Never throws. */
export function toFailure(error: unknown, expired: FailureReason | null): UpstreamFailure {
  if (expired) return endpointFailure(expired, TIMEOUT_MESSAGES[expired] ?? 'The upstream took too long.')
  if (error instanceof ReplyError) return error.failure
  if (error instanceof TransportError) return endpointFailure(error.kind, TRANSPORT_MESSAGES[error.kind])
  return endpointFailure('malformed-reply', 'The gateway could not read what the upstream sent.')
}

const TIMEOUT_MESSAGES: { readonly [reason in FailureReason]?: string } = {
  'first-byte-timeout': 'The upstream did not begin to answer in time.',
  'idle-timeout': 'The upstream stopped in the middle of its answer.',
  'total-timeout': 'The upstream did not finish in time.',
}

const TRANSPORT_MESSAGES = {
  'connection-failed': 'The upstream could not be reached.',
  'connect-timeout': 'The upstream did not accept the connection in time.',
  'connection-reset': 'The upstream closed the connection before its answer was complete.',
} as const
