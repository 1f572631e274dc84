import type { Generated } from 'kysely'
import type { InferenceLogRow } from './inference-logs.ts'

/** Everything that `migrations` creates. */
export interface Tables {
  readonly inference_logs: InferenceLogRow
  readonly gateway_migrations: MigrationRow
}

/** The shape of wrangler's own table of migrations, so that each sees what the other has applied. */
export interface MigrationRow {
  readonly id: Generated<number>
  readonly name: string
  readonly applied_at: Generated<string>
}
