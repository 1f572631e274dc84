export { allFaults, FAULTS, isFault } from './upstreams/faults/fault.ts'
export type { Fault } from './upstreams/faults/fault.ts'
export type { FaultEntry, Outcome } from './upstreams/faults/entry.ts'
