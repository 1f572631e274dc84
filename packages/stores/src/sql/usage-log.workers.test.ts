import { testUsageLog } from '@gateway/testing/suites'
import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { usageRecord } from '../../test/usage-record.ts'
import { d1Dialect } from './dialect/d1.ts'
import { migrate } from './migrations/migrate.ts'
import { migrations } from './migrations/migrations.ts'
import { sqlUsageLog } from './usage-log.ts'

const database = d1Dialect(env.DB)
const usageLog = sqlUsageLog(database)

beforeAll(async () => {
  const asWrangler = migrations.map(({ name, statements }) => ({ name, queries: [...statements] }))
  await applyD1Migrations(env.DB, asWrangler, 'gateway_migrations')
})

testUsageLog({
  name: 'a table in D1',
  create: async () => {
    await env.DB.exec('DELETE FROM inference_logs')
    return usageLog
  },
})

describe('a usage log in D1', () => {
  it('sees what wrangler has migrated', async () => {
    expect(await migrate(database)).toEqual([])
  })

  it('appends all of a batch or nothing', async () => {
    const broken = { ...usageRecord({ requestId: 'broken' }), strategy: null }
    // @ts-expect-error: what a caller without types might send
    const batch: Parameters<typeof usageLog.append>[0] = [usageRecord({ requestId: 'whole' }), ...THREE, broken]
    await expect(usageLog.append(batch)).rejects.toThrow(/NOT NULL/)
    const listed = await usageLog.list({ limit: 1_000 })
    expect(listed.filter(({ requestId }) => requestId === 'whole' || requestId.startsWith('three-'))).toEqual([])
  })

  it('has a column of dollars', async () => {
    await usageLog.append([usageRecord({ requestId: 'dollars' })])
    const row = await env.DB.prepare("SELECT cost_usd FROM inference_logs WHERE request_id = 'dollars'").first()
    expect(row).toEqual({ cost_usd: 0.001234567 })
  })
})

const THREE = ['three-1', 'three-2', 'three-3'].map((requestId) => usageRecord({ requestId }))

describe('migrating D1', () => {
  it('applies what is missing, and tells a number of rows changed', async () => {
    await env.DB.batch([env.DB.prepare('DROP TABLE inference_logs'), env.DB.prepare('DELETE FROM gateway_migrations')])
    expect(await migrate(database)).toEqual(migrations.map(({ name }) => name))
    const deleted = await database.queries.deleteFrom('gateway_migrations').executeTakeFirst()
    expect(deleted.numDeletedRows).toBe(BigInt(migrations.length))
  })

  it('has no interactive transactions, and says so', async () => {
    const transaction = database.queries.transaction().execute(async () => {})
    await expect(transaction).rejects.toThrow('use runTogether')
  })
})
