import { inferenceLogs } from './0001-inference-logs.ts'

/** One step of the schema. Once released it never changes: what comes later is a new one. */
export interface Migration {
  /** The name of its file among the Worker's migrations, and its key in the table `gateway_migrations`. */
  readonly name: string
  readonly statements: readonly string[]
}

/** All of them, in the order in which they apply. */
export const migrations: readonly Migration[] = [inferenceLogs]

/** A migration as the text of a file, for `wrangler d1 migrations apply`. */
export function migrationText({ statements }: Migration): string {
  return statements.map((statement) => `${statement};\n`).join('\n')
}
