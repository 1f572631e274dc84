import type { CompiledQuery, Kysely } from 'kysely'
import type { Tables } from '../tables/tables.ts'

/** A database as the drivers of this folder see it. */
export interface SqlDatabase {
  /** Builds statements, and runs single ones. Its `transaction()` is out of use: D1 has none, and on SQLite everyone shares one connection. */
  readonly queries: Kysely<Tables>
  /** Runs the statements in their order: all of them or, when it rejects, none. */
  runTogether(statements: readonly CompiledQuery[]): Promise<void>
  /** Closes what the dialect was given, where that can be closed. Calling it again does nothing. */
  close(): Promise<void>
}
