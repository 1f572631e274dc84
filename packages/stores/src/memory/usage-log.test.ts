import { testUsageLog } from '@gateway/testing/suites'
import { describe, expect, it } from 'vitest'
import { usageRecord } from '../../test/usage-record.ts'
import { memoryUsageLog } from './usage-log.ts'

testUsageLog({ name: 'a ring in memory', create: () => memoryUsageLog() })

const recordsAt = (times: readonly number[]) => times.map((startedMs) => usageRecord({ requestId: `request-${startedMs}`, startedMs }))

describe('a usage log in memory', () => {
  it('forgets what came first when it is full', async () => {
    const usageLog = memoryUsageLog({ capacity: 3 })
    await usageLog.append(recordsAt([1, 2]))
    await usageLog.append(recordsAt([3, 4, 5]))
    expect(await usageLog.list({ limit: 10 })).toEqual(recordsAt([5, 4, 3]))
  })
})
