import { warningNames, type Reply, type Warning } from '@gateway/core'

/** What a client may know of who answered. */
export function replyHeaders({ target, strategy, attempts, warnings }: Reply): Record<string, string> {
  return {
    'x-provider-used': headerSafe(target.provider.name),
    'x-model-used': headerSafe(target.model),
    'x-routing-strategy': headerSafe(strategy),
    'x-gateway-attempts': String(attempts.length),
    ...warningHeaders(warnings),
  }
}

/** `x-gateway-warnings: dropped:logit_bias, emulated:n`; absent where nothing was changed. */
function warningHeaders(warnings: readonly Warning[]): Record<string, string> {
  if (warnings.length === 0) return {}
  return { 'x-gateway-warnings': headerSafe(warningNames(warnings).join(', ')) }
}

/** A header holds visible ASCII, and clients take only so much of it; anything else is percent-encoded. */
function headerSafe(value: string): string {
  // Half a surrogate pair, which JSON may hold, cannot be encoded.
  const encoded = value.toWellFormed().replace(/[^\x20-\x7e]/gu, encodeURIComponent)
  return encoded.length <= MAX_LENGTH ? encoded : encoded.slice(0, MAX_LENGTH).replace(/%.?$/, '')
}

/** All headers together may have 16 KiB in Node's clients. */
const MAX_LENGTH = 2_048
