/**
 * Drivers for SQL databases, written once. A dialect wraps what the runtime gives:
 *
 *     const database = sqliteDialect(new DatabaseSync('.gateway/gateway.db'))   // node:sqlite; or bun:sqlite's `Database`
 *     const database = d1Dialect(env.DB)
 *     await migrate(database)
 *     const usageLog = sqlUsageLog(database)
 */
export * from './dialect/d1.ts'
export * from './dialect/sql-database.ts'
export * from './dialect/sqlite.ts'
export * from './migrations/migrate.ts'
export * from './migrations/migrations.ts'
export * from './usage-log.ts'
