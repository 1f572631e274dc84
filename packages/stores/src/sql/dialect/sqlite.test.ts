import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompiledQuery } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import { openSqlite } from '../../../test/open-sqlite.ts'
import { sqliteDialect } from './sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'gateway-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true }))

const openWithTable = async () => {
  const handle = await openSqlite(':memory:')
  handle.exec('CREATE TABLE pairs (name TEXT PRIMARY KEY, value)')
  return { handle, database: sqliteDialect(handle) }
}
const insert = (...parameters: readonly unknown[]): CompiledQuery => CompiledQuery.raw('INSERT INTO pairs VALUES (?, ?)', [...parameters])

describe('the dialect of SQLite', () => {
  it('writes ahead to a log of its own, so that readers do not wait', async () => {
    const handle = await openSqlite(join(folder, 'wal.db'))
    const database = sqliteDialect(handle)
    expect(handle.prepare('PRAGMA journal_mode').all()).toEqual([{ journal_mode: 'wal' }])
    expect(handle.prepare('PRAGMA busy_timeout').all()).toEqual([{ timeout: 5_000 }])
    await database.close()
  })

  it('runs all statements of a group or none', async () => {
    const { handle, database } = await openWithTable()
    await database.runTogether([insert('a', 1), insert('b', 2)])
    await expect(database.runTogether([insert('c', 3), insert('a', 4)])).rejects.toThrow(/UNIQUE/)
    expect(handle.prepare('SELECT name, value FROM pairs ORDER BY name').all()).toEqual([
      { name: 'a', value: 1 },
      { name: 'b', value: 2 },
    ])
    await database.runTogether([insert('c', 3)])
    await database.close()
  })

  it('tells rows of what reads, and how many rows were changed by what writes', async () => {
    const { database } = await openWithTable()
    const written = await database.queries.executeQuery(insert('a', true))
    expect(written.numAffectedRows).toBe(1n)
    const read = await database.queries.executeQuery(CompiledQuery.raw('SELECT value FROM pairs WHERE name = ?', ['a']))
    expect(read.rows).toEqual([{ value: 1 }])
    const returned = await database.queries.executeQuery(CompiledQuery.raw('DELETE FROM pairs RETURNING name'))
    expect(returned.rows).toEqual([{ name: 'a' }])
    await database.close()
  })

  it('refuses what SQLite cannot keep', async () => {
    const { database } = await openWithTable()
    await expect(database.runTogether([insert('a', undefined)])).rejects.toThrow('SQLite cannot keep a value of type undefined')
    await database.close()
  })

  it('closes once, however often it is asked to', async () => {
    const { database } = await openWithTable()
    await database.close()
    await expect(database.close()).resolves.toBeUndefined()
  })
})
