import { migrate, sqliteDialect, sqlUsageLog } from '../src/sql/index.ts'
import { openSqlite } from './open-sqlite.ts'
import { usageRecord } from './usage-record.ts'

// Started by a test: opens the file in the very millisecond in which its siblings do, and appends.
const [path = '', name = '', startAtMs = '0'] = process.argv.slice(2)
while (Date.now() < Number(startAtMs)) continue

const database = sqliteDialect(await openSqlite(path))
const applied = await migrate(database)
const usageLog = sqlUsageLog(database)
for (let batch = 0; batch < 10; batch += 1) {
  await usageLog.append(Array.from({ length: 10 }, (_, index) => usageRecord({ requestId: `${name}-${batch}-${index}` })))
}
await usageLog.close()
process.stdout.write(JSON.stringify(applied))
