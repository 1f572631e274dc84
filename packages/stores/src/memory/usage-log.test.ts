import { describe, expect, it } from 'vitest'
import { usageRecord } from '../../test/usage-record.ts'
import { memoryUsageLog } from './usage-log.ts'

const recordsAt = (times: readonly number[]) => times.map((startedMs) => usageRecord({ requestId: `request-${startedMs}`, startedMs }))

describe('a usage log in memory', () => {
  it('forgets what came first when it is full', async () => {
    const usageLog = memoryUsageLog({ capacity: 3 })
    await usageLog.append(recordsAt([1, 2]))
    await usageLog.append(recordsAt([3, 4, 5]))
    expect(await usageLog.list({ limit: 10 })).toEqual(recordsAt([5, 4, 3]))
  })

  it('lists by the time of the request, not of its end', async () => {
    const usageLog = memoryUsageLog()
    await usageLog.append(recordsAt([20, 10, 30]))
    expect(await usageLog.list({ limit: 2 })).toEqual(recordsAt([30, 20]))
    expect(await usageLog.list({ limit: 2, beforeMs: 20 })).toEqual(recordsAt([10]))
  })
})
