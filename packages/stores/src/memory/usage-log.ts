import type { UsageLog, UsageRecord } from '@gateway/core'

/**
 * The last `capacity` records, in the order in which they came; older ones are forgotten, and a record that was forgotten and
 * comes again counts as new.
 */
export function memoryUsageLog({ capacity = 10_000 }: { readonly capacity?: number } = {}): UsageLog {
  const records = new Map<string, UsageRecord>()
  return {
    async append(batch) {
      for (const record of batch) if (!records.has(record.requestId)) records.set(record.requestId, record)
      for (const requestId of records.keys()) {
        if (records.size <= capacity) break
        records.delete(requestId)
      }
    },
    async list({ limit, beforeMs = Number.POSITIVE_INFINITY }) {
      const wanted = [...records.values()].filter(({ startedMs }) => startedMs < beforeMs)
      return wanted.toSorted((first, second) => second.startedMs - first.startedMs).slice(0, limit)
    },
    async close() {},
  }
}
