import { usageFrom } from '@gateway/core'
import type { UsageRecord } from '@gateway/core'

/** A record in which every field has a value, but for what `fields` says. */
export function usageRecord(fields: Partial<UsageRecord> & { readonly requestId: string }): UsageRecord {
  return {
    startedMs: Date.UTC(2026, 10, 20, 12, 0, 0, 7),
    userId: 'team-a',
    requestedModel: 'gpt-4o',
    model: 'gpt-4o-2024-11-20',
    provider: 'openai',
    endpoint: 'openai-eu',
    usage: {
      ...usageFrom({ input: 120, cachedInput: 100, cacheWrite: 5, inputAudio: 3, inputImage: 2 }, 'provider'),
      ...usageFrom({ output: 40, reasoning: 30 }, 'partial'),
      ...usageFrom({ outputAudio: 1, outputImage: 0 }, 'estimated'),
    },
    costNanoUsd: 1_234_567,
    latencyMs: 812.5,
    firstTokenMs: 210,
    status: 'success',
    errorMessage: null,
    strategy: 'cost-optimized',
    attempts: 2,
    isStreaming: true,
    wasCached: false,
    warnings: ['dropped:seed'],
    ...fields,
  }
}

/** A record of a request that reached nobody: every field that may be empty is. */
export function emptyUsageRecord(requestId: string): UsageRecord {
  return usageRecord({
    requestId,
    userId: null,
    model: null,
    provider: null,
    endpoint: null,
    usage: {},
    costNanoUsd: null,
    firstTokenMs: null,
    status: 'failed',
    errorMessage: 'All inference endpoints failed: Ünïcode, "quotes" and \u0000 too',
    isStreaming: false,
    wasCached: true,
    warnings: [],
  })
}
