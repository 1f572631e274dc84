import type { Usage } from '../language/usage.ts'

/**
 * Keeps one record a request. `append` is atomic for its batch and idempotent by `requestId`: a batch that is sent again
 * after a doubtful failure leaves no double. It never stands in the way of a request: `batchedUsageRecorder` calls it.
 */
export interface UsageLog {
  append(records: readonly UsageRecord[]): Promise<void>
  /** The newest first, at most `limit` (1 to 1,000). `beforeMs` leaves out what began at that time or later. */
  list(query: { readonly limit: number; readonly beforeMs?: number }): Promise<readonly UsageRecord[]>
  /** Gives back files and connections; calling it again does nothing. */
  close(): Promise<void>
}

/** How a request ended: answered; refused or failed; out of time; or the client went away. */
export type RequestStatus = 'success' | 'failed' | 'timeout' | 'cancelled'

/** One request, as it ended. */
export interface UsageRecord {
  readonly requestId: string
  /** Milliseconds since 1970 at which the request came in. */
  readonly startedMs: number
  /** Who called, or null for an anonymous caller. */
  readonly userId: string | null
  /** The model as the client named it, cut at 256 characters. */
  readonly requestedModel: string
  /** The model, provider and endpoint that answered, or that were tried last; null where none was reached. */
  readonly model: string | null
  readonly provider: string | null
  readonly endpoint: string | null
  readonly usage: Usage
  /** Billionths of a US dollar, an integer; null where a price or a count is unknown. */
  readonly costNanoUsd: number | null
  readonly latencyMs: number
  /** From the request's arrival to the first token; null where none came. */
  readonly firstTokenMs: number | null
  readonly status: RequestStatus
  /** For a person; without prompt, answer or key. Null on success. */
  readonly errorMessage: string | null
  readonly strategy: string
  readonly attempts: number
  readonly isStreaming: boolean
  readonly wasCached: boolean
  /** What the translation of the request lost or changed, as `x-gateway-warnings` says it: `dropped:logit_bias`. */
  readonly warnings: readonly string[]
}
