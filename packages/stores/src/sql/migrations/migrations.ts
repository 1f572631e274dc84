import { inferenceLogs } from './0001-inference-logs.ts'
import type { Migration } from './migration.ts'

export type { Migration } from './migration.ts'

/** All of them, in the order in which they apply. */
export const migrations: readonly Migration[] = [inferenceLogs]

/** A migration as the text of a file, for `wrangler d1 migrations apply`. */
export function migrationText({ statements }: Migration): string {
  return statements.map((statement) => `${statement};\n`).join('\n')
}
