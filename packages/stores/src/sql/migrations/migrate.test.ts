import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { openSqlite } from '../../../test/open-sqlite.ts'
import { sqliteDialect } from '../dialect/sqlite.ts'
import { sqlUsageLog } from '../usage-log.ts'
import { migrate } from './migrate.ts'
import { migrations, migrationText } from './migrations.ts'

const folder = mkdtempSync(join(tmpdir(), 'gateway-migrate-'))
afterAll(() => rmSync(folder, { recursive: true }))

const names = migrations.map(({ name }) => name)

describe('migrating', () => {
  it('applies every migration once, and remembers it in the file', async () => {
    const path = join(folder, 'twice.db')
    const first = sqliteDialect(await openSqlite(path))
    expect(await migrate(first)).toEqual(names)
    expect(await migrate(first)).toEqual([])
    await first.close()
    const second = sqliteDialect(await openSqlite(path))
    expect(await migrate(second)).toEqual([])
    await second.close()
  })

  it('throws, and records nothing, where a statement fails', async () => {
    const handle = await openSqlite(':memory:')
    handle.exec('CREATE TABLE inference_logs (of_somebody_else TEXT)')
    const database = sqliteDialect(handle)
    await expect(migrate(database)).rejects.toThrow(/already exists/)
    expect(handle.prepare('SELECT name FROM gateway_migrations').all()).toEqual([])
    await database.close()
  })

  it('has the very same text as the files that wrangler applies', () => {
    const files = new URL('../../../../../apps/worker/migrations/', import.meta.url)
    expect(readdirSync(files).toSorted()).toEqual(names)
    for (const migration of migrations) expect(readFileSync(new URL(migration.name, files), 'utf8')).toBe(migrationText(migration))
  })

  it('lets processes that start at once on one new file all succeed', { timeout: 60_000 }, async () => {
    const script = new URL('../../../test/append-in-a-process.ts', import.meta.url).pathname
    const path = join(folder, 'together.db')
    const startAtMs = Date.now() + 1_500
    const processes = ['a', 'b', 'c', 'd'].map(async (name) => {
      const { stdout } = await run(process.execPath, ['--conditions=@gateway/source', script, path, name, String(startAtMs)])
      const applied: unknown = JSON.parse(stdout)
      return applied
    })
    const applied = await Promise.all(processes)
    expect(applied.flat()).toEqual(names)
    const usageLog = sqlUsageLog(sqliteDialect(await openSqlite(path)))
    expect(await usageLog.list({ limit: 1_000 })).toHaveLength(400)
    await usageLog.close()
  })
})

const run = promisify(execFile)
