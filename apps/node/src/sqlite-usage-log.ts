import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { UsageLog } from '@gateway/core'
import { migrate, sqliteDialect, sqlUsageLog } from '@gateway/stores/sql'

/** The log in a file, made where there is none. */
export async function openUsageLog(path: string): Promise<UsageLog> {
  await mkdir(dirname(path), { recursive: true })
  const database = sqliteDialect(new DatabaseSync(path))
  await migrate(database)
  return sqlUsageLog(database)
}
