import type { UsageLog, UsageRecord } from '@gateway/core'
import { testUsageLog } from './usage-log.ts'

// The shortest log that keeps the promise: the suite must be satisfiable without any of a driver's machinery.
testUsageLog({ name: 'an array', create: arrayLog })

function arrayLog(): UsageLog {
  const kept = new Map<string, UsageRecord>()
  return {
    append: async (records) => {
      for (const record of records) kept.set(record.requestId, kept.get(record.requestId) ?? record)
    },
    list: async ({ limit, beforeMs = Number.POSITIVE_INFINITY }) =>
      [...kept.values()]
        .filter((record) => record.startedMs < beforeMs)
        .toSorted((one, other) => other.startedMs - one.startedMs)
        .slice(0, limit),
    close: async () => undefined,
  }
}
