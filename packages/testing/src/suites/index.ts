export { testProvider } from './provider.ts'
export type { ProviderSuite, ProviderUpstream } from './provider.ts'
export { testUsageLog } from './usage-log.ts'
export type { UsageLogSuite } from './usage-log.ts'
