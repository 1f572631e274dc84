import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import type { Tables } from '../tables/tables.ts'
import type { SqlDatabase } from './sql-database.ts'

/** What is used of a `D1Database` binding of Cloudflare Workers. */
export interface D1Handle {
  prepare(sql: string): D1Statement
  batch(statements: D1Statement[]): Promise<unknown>
}

export interface D1Statement {
  bind(...parameters: unknown[]): D1Statement
  all<Row>(): Promise<D1Answer<Row>>
}

export interface D1Answer<Row> {
  readonly results: Row[]
  readonly meta: { readonly changes?: number; readonly last_row_id?: number }
}

/** Cloudflare D1. Every call is a round trip; a batch is one, and is a transaction. There is nothing to close. */
export function d1Dialect(binding: D1Handle): SqlDatabase {
  const prepare = ({ sql, parameters }: CompiledQuery): D1Statement => binding.prepare(sql).bind(...parameters)
  return {
    queries: new Kysely<Tables>({ dialect: kyselyDialect(prepare) }),
    async runTogether(statements) {
      await binding.batch(statements.map(prepare))
    },
    async close() {},
  }
}

function kyselyDialect(prepare: (query: CompiledQuery) => D1Statement): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver(prepare),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function driver(prepare: (query: CompiledQuery) => D1Statement): Driver {
  const connection: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const { results, meta } = await prepare(query).all<Row>()
      return {
        rows: results,
        ...(meta.changes !== undefined && { numAffectedRows: BigInt(meta.changes) }),
        ...(meta.last_row_id !== undefined && { insertId: BigInt(meta.last_row_id) }),
      }
    },
    streamQuery: () => refuse('D1 has no cursors'),
  }
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: async () => refuse('D1 has no interactive transactions: use runTogether'),
    commitTransaction: async () => {},
    rollbackTransaction: async () => {},
    releaseConnection: async () => {},
    destroy: async () => {},
  }
}

function refuse(reason: string): never {
  throw new Error(reason)
}
