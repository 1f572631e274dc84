/** Drivers that keep everything in the process: for tests, for one instance, and where nothing must outlive it. */
export * from './health-board.ts'
export * from './usage-log.ts'
