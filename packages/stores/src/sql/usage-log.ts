import type { UsageLog } from '@gateway/core'
import type { SqlDatabase } from './dialect/sql-database.ts'
import { fromInferenceLogRow, toInferenceLogRow } from './tables/inference-logs.ts'

/** Keeps records in the table `inference_logs`, which `migrate` creates. Closing it closes the database. */
export function sqlUsageLog(database: SqlDatabase): UsageLog {
  const { queries } = database
  const insertInto = queries.insertInto('inference_logs').onConflict((conflict) => conflict.column('request_id').doNothing())
  return {
    async append(records) {
      if (records.length === 0) return
      const rows = records.map(toInferenceLogRow)
      const statements = chunksOf(rows, ROWS_IN_A_STATEMENT).map((chunk) => insertInto.values(chunk).compile())
      await database.runTogether(statements)
    },
    async list({ limit, beforeMs }) {
      const newest = queries.selectFrom('inference_logs').selectAll().orderBy('created_at', 'desc').limit(limit)
      const wanted = beforeMs === undefined ? newest : newest.where('created_at', '<', new Date(beforeMs).toISOString())
      const rows = await wanted.execute()
      return rows.map(fromInferenceLogRow)
    },
    close: () => database.close(),
  }
}

// D1 binds at most 100 parameters in a statement, and a row has 27 columns.
const ROWS_IN_A_STATEMENT = 3

function chunksOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))
}
