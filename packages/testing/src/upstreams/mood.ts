import { readBehaviour } from './behaviour.ts'
import type { Behaviour } from './behaviour.ts'
import { FAULTS } from './faults/fault.ts'
import type { Fault } from './faults/fault.ts'
import type { RecordedRequest } from './recorder.ts'
import type { Wire } from './wire.ts'

export type Behave = Fault | Behaviour | ((request: RecordedRequest) => Fault | Behaviour)

/** The behaviour in force, and how often it still applies. */
export interface Mood {
  /** Throws where the server speaks no wire on which the fault exists. */
  set(behaviour: Behave): void
  isDeaf(): boolean
  next(request: RecordedRequest): Behaviour
}

export function createMood(initial: Behaviour, wires: readonly Wire[]): Mood {
  playable(initial, wires)
  let choose = (_: RecordedRequest): Behaviour => initial
  let left = initial.times ?? Number.POSITIVE_INFINITY
  let isDeaf = false
  return {
    set: (behaviour) => {
      const settled = typeof behaviour === 'function' ? {} : playable(readBehaviour(behaviour), wires)
      choose = typeof behaviour === 'function' ? (request) => readBehaviour(behaviour(request)) : () => settled
      left = settled.times ?? Number.POSITIVE_INFINITY
      isDeaf = settled.fault === 'refuse-connections'
    },
    isDeaf: () => isDeaf,
    next: (request) => {
      left -= 1
      return left >= 0 ? choose(request) : {}
    },
  }
}

/** Whether a server can do wrong in this way on a wire. */
export function existsOn(fault: Fault, wire: Wire): boolean {
  return FAULTS[fault].on?.includes(wire) ?? true
}

function playable(behaviour: Behaviour, wires: readonly Wire[]): Behaviour {
  const { fault } = behaviour
  if (fault === undefined || wires.some((wire) => existsOn(fault, wire))) return behaviour
  throw new Error(`The fault ${fault} does not exist on ${wires.join(', ')}`)
}
