import type { SqliteHandle } from '../src/sql/dialect/sqlite.ts'

/** A SQLite file, opened with what the runtime under the test has. */
export async function openSqlite(path: string): Promise<SqliteHandle> {
  if (process.versions['bun'] !== undefined) {
    const { Database } = await import('bun:sqlite')
    return new Database(path)
  }
  const { DatabaseSync } = await import('node:sqlite')
  return new DatabaseSync(path)
}
