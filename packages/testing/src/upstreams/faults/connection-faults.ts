import type { FaultEntry } from './entry.ts'

/** Nothing of an answer ever arrives. */
export type ConnectionFault = 'refuse-connections' | 'close-before-headers' | 'reset-before-headers' | 'headers-never'

const fallsBack = { whole: 'fails-over', streamed: 'fails-over' } as const

export const CONNECTION_FAULTS: Readonly<Record<ConnectionFault, FaultEntry>> = {
  'refuse-connections': {
    ...fallsBack,
    family: 'F1',
    says: 'the port is closed; a request that selects this by itself, which the port had to accept, is reset',
    act: () => ({ head: null, steps: [{ kind: 'reset' }] }),
  },
  'close-before-headers': {
    ...fallsBack,
    family: 'F1',
    says: 'FIN instead of a status line',
    act: () => ({ head: null, steps: [{ kind: 'hang-up' }] }),
  },
  'reset-before-headers': {
    ...fallsBack,
    family: 'F4',
    says: 'RST instead of a status line',
    act: () => ({ head: null, steps: [{ kind: 'reset' }] }),
  },
  'headers-never': {
    ...fallsBack,
    family: 'F5',
    says: 'takes the request and stays silent',
    act: () => ({ head: null, steps: [{ kind: 'stall' }] }),
  },
}
