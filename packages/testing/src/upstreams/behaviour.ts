import * as z from 'zod/mini'
import type { Wish } from './api.ts'
import { isFault } from './faults/fault.ts'
import type { Fault } from './faults/fault.ts'
import { parseJson } from './prompt.ts'

/** How a simulated server treats the requests that come. Everything left out is the healthy default. */
export interface Behaviour {
  readonly fault?: Fault | undefined
  /** After so many chat requests the server is healthy again. */
  readonly times?: number | undefined
  /** Pause before each content delta. Default 0. */
  readonly chunkDelayMs?: number | undefined
  /** Pause before the first byte of the answer. Default 0. */
  readonly firstByteDelayMs?: number | undefined
  /** Pads a text answer to so many words; each is one content delta. */
  readonly answerWords?: number | undefined
  /** How many content deltas go out before a fault in mid-stream strikes. Default 3. */
  readonly afterDeltas?: number | undefined
}

const milliseconds = z.optional(z.number().check(z.gte(0)))
const count = z.optional(z.int().check(z.gte(0)))

const behaviour = z.strictObject({
  fault: z.optional(z.custom<Fault>(isFault, 'no such fault')),
  times: count,
  chunkDelayMs: milliseconds,
  firstByteDelayMs: milliseconds,
  answerWords: count,
  afterDeltas: count,
})

/** Reads a behaviour from JSON, or from the bare name of a fault. Throws a `ZodError` that names what is wrong. */
export function readBehaviour(value: unknown): Behaviour {
  if (isFault(value)) return { fault: value }
  return behaviour.parse(value)
}

/**
 * A request may choose for itself: `"x_simulate": { "<server's name>": <behaviour> }` in its body, which rides through
 * a gateway like every unknown field, or `x_simulate={…}` on a line of what the user says, which survives a translation.
 * So requests in parallel can each have their own fault. `null` where it does not.
 */
export function ownBehaviour(wish: Wish, serverName: string): Behaviour | null {
  const parsed = z.record(z.string(), z.unknown()).safeParse(wish.field ?? inText(wish.text))
  if (!parsed.success || parsed.data[serverName] === undefined) return null
  return readBehaviour(parsed.data[serverName])
}

function inText(text: string): unknown {
  const found = /x_simulate=(\{.*\})/.exec(text)?.[1]
  return found === undefined ? undefined : parseJson(found)
}
