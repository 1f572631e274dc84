/** One step of the schema. Once released it never changes: what comes later is a new one. */
export interface Migration {
  /** The name of its file among the Worker's migrations, and its key in the table `gateway_migrations`. */
  readonly name: string
  readonly statements: readonly string[]
}
