import { testUsageLog } from '@gateway/testing/suites'
import { describe, expect, it } from 'vitest'
import { openSqlite } from '../../test/open-sqlite.ts'
import { emptyUsageRecord, usageRecord } from '../../test/usage-record.ts'
import { sqliteDialect } from './dialect/sqlite.ts'
import { migrate } from './migrations/migrate.ts'
import { sqlUsageLog } from './usage-log.ts'

const openUsageLog = async () => {
  const handle = await openSqlite(':memory:')
  const database = sqliteDialect(handle)
  await migrate(database)
  return { handle, usageLog: sqlUsageLog(database) }
}

testUsageLog({
  name: 'a table in SQLite',
  create: async () => {
    const { usageLog } = await openUsageLog()
    return usageLog
  },
})

describe('a usage log in SQLite', () => {
  it('has columns that people can query', async () => {
    const { handle, usageLog } = await openUsageLog()
    await usageLog.append([usageRecord({ requestId: 'one' }), emptyUsageRecord('two')])
    const rows = handle.prepare(`
      SELECT created_at, date(created_at) AS day, prompt_tokens, completion_tokens, total_tokens, cost_usd,
        usage_provenance ->> 'output' AS output_provenance, is_streaming
      FROM inference_logs ORDER BY request_id`)
    expect(rows.all()).toEqual([
      {
        created_at: '2026-11-20T12:00:00.007Z',
        day: '2026-11-20',
        prompt_tokens: 120,
        completion_tokens: 40,
        total_tokens: 160,
        cost_usd: 0.001234567,
        output_provenance: 'partial',
        is_streaming: 1,
      },
      {
        created_at: '2026-11-20T12:00:00.007Z',
        day: '2026-11-20',
        prompt_tokens: null,
        completion_tokens: null,
        total_tokens: null,
        cost_usd: null,
        output_provenance: null,
        is_streaming: 0,
      },
    ])
    await usageLog.close()
  })

  it('binds at most 100 parameters in a statement, whatever the batch', async () => {
    const handle = await openSqlite(':memory:')
    const bound: number[] = []
    const database = sqliteDialect(handle)
    await migrate(database)
    const counting = {
      ...database,
      runTogether: (statements: Parameters<typeof database.runTogether>[0]) => {
        bound.push(...statements.map(({ parameters }) => parameters.length))
        return database.runTogether(statements)
      },
    }
    const usageLog = sqlUsageLog(counting)
    await usageLog.append(Array.from({ length: 100 }, (_, index) => usageRecord({ requestId: `request-${index}` })))
    expect(await usageLog.list({ limit: 1_000 })).toHaveLength(100)
    expect(Math.max(...bound)).toBeLessThanOrEqual(100)
    await usageLog.close()
  })

  it('finds the newest by an index, without sorting', async () => {
    const { handle, usageLog } = await openUsageLog()
    const plan = handle.prepare('EXPLAIN QUERY PLAN SELECT * FROM inference_logs WHERE created_at < ? ORDER BY created_at DESC LIMIT ?')
    const steps = plan.all('2026-11-20T00:00:00.000Z', 10)
    expect(steps).toEqual([expect.objectContaining({ detail: expect.stringContaining('USING INDEX inference_logs_by_time') })])
    await usageLog.close()
  })
})
