import type { AttemptRecord, JsonObject } from '@gateway/core'

/** One try, as `attempts[]` of an error shows it, whatever protocol the error is in. */
export function writeAttempt({ provider, model, status, outcome, message, latencyMs }: AttemptRecord): JsonObject {
  return { provider, model, status, reason: outcome, message, latency_ms: Math.round(latencyMs) }
}
