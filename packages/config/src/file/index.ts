/** Loads `gateway.config.*` where there is a file system; kept apart so that a Worker does not bundle a YAML parser. */
export * from './load-settings.ts'
