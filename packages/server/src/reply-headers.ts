import type { Reply, Warning } from '@gateway/core'

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
  return { 'x-gateway-warnings': headerSafe(warnings.map((warning) => `${warning.change}:${warning.field}`).join(', ')) }
}

/** A header holds visible ASCII; anything else is percent-encoded. */
function headerSafe(value: string): string {
  return value.replace(/[^\x20-\x7e]/gu, encodeURIComponent)
}
