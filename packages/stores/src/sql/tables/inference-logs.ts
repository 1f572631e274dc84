import { isJsonObject, TOKEN_CLASSES, totalTokens } from '@gateway/core'
import type { Figure, Provenance, RequestStatus, TokenClass, Usage, UsageRecord } from '@gateway/core'

/** One request as people query it. The names of the columns are a promise to them. */
export interface InferenceLogRow extends TokenColumns {
  readonly request_id: string
  /** ISO 8601 in UTC with milliseconds, which sorts as text and which SQL's functions of time read. */
  readonly created_at: string
  readonly user_id: string | null
  readonly requested_model: string
  readonly model: string | null
  readonly provider: string | null
  readonly endpoint: string | null
  readonly total_tokens: number | null
  /** JSON: the provenance of each class that was counted. */
  readonly usage_provenance: string
  readonly cost_nano_usd: number | null
  readonly latency_ms: number
  readonly first_token_ms: number | null
  readonly status: RequestStatus
  readonly error_message: string | null
  readonly strategy: string
  readonly attempts: number
  readonly is_streaming: number
  readonly was_cached: number
  /** Joined by commas; empty where nothing was changed. */
  readonly warnings: string
}

export interface TokenColumns {
  readonly prompt_tokens: number | null
  readonly cached_prompt_tokens: number | null
  readonly cache_write_tokens: number | null
  readonly completion_tokens: number | null
  readonly reasoning_tokens: number | null
  readonly prompt_audio_tokens: number | null
  readonly completion_audio_tokens: number | null
  readonly prompt_image_tokens: number | null
  readonly completion_image_tokens: number | null
}

/** The row of a record. */
export function toInferenceLogRow(record: UsageRecord): InferenceLogRow {
  const { usage } = record
  const counted = TOKEN_CLASSES.flatMap((tokenClass) => {
    const figure = usage[tokenClass]
    return figure ? [[tokenClass, figure.provenance] as const] : []
  })
  return {
    request_id: record.requestId,
    created_at: new Date(record.startedMs).toISOString(),
    user_id: record.userId,
    requested_model: record.requestedModel,
    model: record.model,
    provider: record.provider,
    endpoint: record.endpoint,
    prompt_tokens: tokensOf(usage.input),
    cached_prompt_tokens: tokensOf(usage.cachedInput),
    cache_write_tokens: tokensOf(usage.cacheWrite),
    completion_tokens: tokensOf(usage.output),
    reasoning_tokens: tokensOf(usage.reasoning),
    prompt_audio_tokens: tokensOf(usage.inputAudio),
    completion_audio_tokens: tokensOf(usage.outputAudio),
    prompt_image_tokens: tokensOf(usage.inputImage),
    completion_image_tokens: tokensOf(usage.outputImage),
    total_tokens: totalTokens(usage),
    usage_provenance: JSON.stringify(Object.fromEntries(counted)),
    cost_nano_usd: record.costNanoUsd,
    latency_ms: record.latencyMs,
    first_token_ms: record.firstTokenMs,
    status: record.status,
    error_message: record.errorMessage,
    strategy: record.strategy,
    attempts: record.attempts,
    is_streaming: Number(record.isStreaming),
    was_cached: Number(record.wasCached),
    warnings: record.warnings.join(','),
  }
}

/** The record of a row: what was appended, to the figure and its provenance. */
export function fromInferenceLogRow(row: InferenceLogRow): UsageRecord {
  return {
    requestId: row.request_id,
    startedMs: Date.parse(row.created_at),
    userId: row.user_id,
    requestedModel: row.requested_model,
    model: row.model,
    provider: row.provider,
    endpoint: row.endpoint,
    usage: toUsage(row),
    costNanoUsd: row.cost_nano_usd,
    latencyMs: row.latency_ms,
    firstTokenMs: row.first_token_ms,
    status: row.status,
    errorMessage: row.error_message,
    strategy: row.strategy,
    attempts: row.attempts,
    isStreaming: row.is_streaming === 1,
    wasCached: row.was_cached === 1,
    warnings: row.warnings === '' ? [] : row.warnings.split(','),
  }
}

const tokensOf = (figure: Figure | undefined): number | null => figure?.tokens ?? null

function toUsage(row: InferenceLogRow): Usage {
  const written: unknown = JSON.parse(row.usage_provenance)
  const provenances = isJsonObject(written) ? written : {}
  const figures = TOKEN_CLASSES.flatMap((tokenClass) => {
    const tokens = row[COLUMN_OF[tokenClass]]
    const provenance = PROVENANCES.find((known) => known === provenances[tokenClass])
    return tokens === null || provenance === undefined ? [] : [[tokenClass, { tokens, provenance }] as const]
  })
  return Object.fromEntries(figures)
}

const PROVENANCES: readonly Provenance[] = ['provider', 'computed', 'estimated', 'partial']

const COLUMN_OF: Readonly<Record<TokenClass, keyof TokenColumns>> = {
  input: 'prompt_tokens',
  cachedInput: 'cached_prompt_tokens',
  cacheWrite: 'cache_write_tokens',
  output: 'completion_tokens',
  reasoning: 'reasoning_tokens',
  inputAudio: 'prompt_audio_tokens',
  outputAudio: 'completion_audio_tokens',
  inputImage: 'prompt_image_tokens',
  outputImage: 'completion_image_tokens',
}
