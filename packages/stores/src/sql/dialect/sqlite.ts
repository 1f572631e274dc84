import { Kysely, SqliteDialect } from 'kysely'
import type { CompiledQuery, SqliteStatement as KyselyStatement } from 'kysely'
import type { Tables } from '../tables/tables.ts'
import type { SqlDatabase } from './sql-database.ts'

/** What `DatabaseSync` of `node:sqlite` and `Database` of `bun:sqlite` have in common. */
export interface SqliteHandle {
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
  close(): void
}

export interface SqliteStatement {
  all(...parameters: SqliteValue[]): unknown[]
  run(...parameters: SqliteValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint }
  /** The columns of the answer, as Node tells them. */
  columns?(): readonly unknown[]
  /** The same, as Bun does. */
  readonly columnNames?: readonly string[]
}

export type SqliteValue = string | number | bigint | null | Uint8Array<ArrayBuffer>

/**
 * A SQLite file on one machine. Several processes may have it open: readers never wait, writers wait up to five seconds for each
 * other, blocking their thread, since the handle is synchronous. A power cut may lose the last moments, never the file.
 */
export function sqliteDialect(handle: SqliteHandle): SqlDatabase {
  handle.exec('PRAGMA busy_timeout = 5000')
  writeAhead(handle)
  handle.exec('PRAGMA synchronous = NORMAL')
  let isOpen = true
  const close = (): void => {
    if (isOpen) handle.close()
    isOpen = false
  }
  const queries = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: { prepare: (sql) => toKysely(handle.prepare(sql)), close } }),
  })
  return {
    queries,
    async runTogether(statements) {
      runInTransaction(handle, statements)
    },
    async close() {
      close()
    },
  }
}

/**
 * Changes the file to WAL. When several processes do so at once, SQLite fails all but one without regard to the time-out; a
 * transaction does wait, and after it the others find the change made.
 */
function writeAhead(handle: SqliteHandle, attempt = 1): void {
  try {
    handle.exec('PRAGMA journal_mode = WAL')
  } catch (error) {
    if (attempt === MOST_ATTEMPTS) throw error
    handle.exec('BEGIN EXCLUSIVE')
    handle.exec('COMMIT')
    writeAhead(handle, attempt + 1)
  }
}

const MOST_ATTEMPTS = 20

/** Without an `await` inside, so that nobody else's statement on the same connection gets into the transaction. */
function runInTransaction(handle: SqliteHandle, statements: readonly CompiledQuery[]): void {
  handle.exec('BEGIN IMMEDIATE')
  try {
    for (const { sql, parameters } of statements) handle.prepare(sql).run(...parameters.map(toSqliteValue))
    handle.exec('COMMIT')
  } catch (error) {
    rollBack(handle, error)
    throw error
  }
}

/** On some errors (a full disk) SQLite has rolled back by itself, and a second time is an error of its own. */
function rollBack(handle: SqliteHandle, reason: unknown): void {
  try {
    handle.exec('ROLLBACK')
  } catch (error) {
    throw new AggregateError([reason, error], 'The transaction failed, and could not be rolled back by hand', { cause: error })
  }
}

function toKysely(statement: SqliteStatement): KyselyStatement {
  return {
    reader: (statement.columns?.() ?? statement.columnNames ?? []).length > 0,
    all: (parameters) => statement.all(...parameters.map(toSqliteValue)),
    run: (parameters) => statement.run(...parameters.map(toSqliteValue)),
    iterate: (parameters) => statement.all(...parameters.map(toSqliteValue)).values(),
  }
}

function toSqliteValue(value: unknown): SqliteValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || value === null) return value
  if (typeof value === 'boolean') return value ? 1 : 0
  throw new TypeError(`SQLite cannot keep a value of type ${typeof value}`)
}
