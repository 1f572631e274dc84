import { CONNECTION_FAULTS } from './connection-faults.ts'
import type { ConnectionFault } from './connection-faults.ts'
import type { Wire } from '../wire.ts'
import type { FaultEntry } from './entry.ts'
import { FALSE_OK_FAULTS } from './false-ok-faults.ts'
import type { FalseOkFault } from './false-ok-faults.ts'
import { MID_STREAM_FAULTS } from './mid-stream-faults.ts'
import type { MidStreamFault } from './mid-stream-faults.ts'
import { QUIRK_FAULTS } from './quirk-faults.ts'
import type { QuirkFault } from './quirk-faults.ts'
import { STATUS_FAULTS } from './status-faults.ts'
import type { StatusFault } from './status-faults.ts'

/** Everything that a simulated server can do wrong. */
export type Fault = ConnectionFault | StatusFault | FalseOkFault | MidStreamFault | QuirkFault

/** What each fault is, what a gateway owes its client for it, and how it is played. */
export const FAULTS: Readonly<Record<Fault, FaultEntry>> = {
  ...CONNECTION_FAULTS,
  ...STATUS_FAULTS,
  ...FALSE_OK_FAULTS,
  ...MID_STREAM_FAULTS,
  ...QUIRK_FAULTS,
}

export function isFault(value: unknown): value is Fault {
  return typeof value === 'string' && Object.hasOwn(FAULTS, value)
}

/** Every fault that exists on a wire, in the order of the table. */
export function allFaults(wire: Wire = 'openai-chat'): readonly Fault[] {
  return Object.keys(FAULTS)
    .filter(isFault)
    .filter((fault) => FAULTS[fault].on?.includes(wire) ?? true)
}
