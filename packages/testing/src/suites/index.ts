export { testUsageLog } from './usage-log.ts'
export type { UsageLogSuite } from './usage-log.ts'
