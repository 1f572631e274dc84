import { CompiledQuery } from 'kysely'
import type { SqlDatabase } from '../dialect/sql-database.ts'
import { migrations } from './migrations.ts'
import type { Migration } from './migrations.ts'

/**
 * Brings the database up to date, and tells which migrations it applied. Each is applied once and whole, or not at all, and is
 * recorded in `gateway_migrations`; processes that start at once may all call it. For D1 `wrangler d1 migrations apply` does the
 * same, and both see each other's work where wrangler's `migrations_table` is `gateway_migrations`.
 */
export async function migrate(database: SqlDatabase): Promise<readonly string[]> {
  await database.queries.executeQuery(CompiledQuery.raw(CREATE_MIGRATIONS_TABLE))
  const applied = await appliedNames(database)
  const applying: string[] = []
  for (const migration of migrations) {
    if (!applied.has(migration.name) && (await apply(database, migration))) applying.push(migration.name)
  }
  return applying
}

/** False where another process was first. The record goes in before the rest: its unique name lets one process win. */
async function apply(database: SqlDatabase, { name, statements }: Migration): Promise<boolean> {
  const record = database.queries.insertInto('gateway_migrations').values({ name }).compile()
  try {
    await database.runTogether([record, ...statements.map((statement) => CompiledQuery.raw(statement))])
    return true
  } catch (error) {
    const applied = await appliedNames(database)
    if (applied.has(name)) return false
    throw error
  }
}

async function appliedNames({ queries }: SqlDatabase): Promise<ReadonlySet<string>> {
  const rows = await queries.selectFrom('gateway_migrations').select('name').execute()
  return new Set(rows.map(({ name }) => name))
}

const CREATE_MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS gateway_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`
