import type { AssistantPart, ChatEvent, Json, JsonObject, ReasoningPart } from '@gateway/core'
import { compact } from '../compact.ts'
import { objectsOf, stringOf } from '../json-fields.ts'
import { readCandidate } from './candidate.ts'
import type { Candidate } from './candidate.ts'
import { readCreated } from './create-time.ts'
import { ownExtras } from './extras.ts'
import { camelFields } from './field-names.ts'
import { exactWord, readFinishReason } from './finish-reason.ts'
import type { NameCall } from './function-call.ts'
import { isBlocked } from './prompt-feedback.ts'
import { countCalls } from './reply.ts'
import { readUsage } from './usage.ts'

/** Turns chunks into events; keeps what has been seen of each candidate. */
export interface ChunkReader {
  /** Throws `GatewayError` for a part that is not what it should be. */
  read(chunk: JsonObject): readonly ChatEvent[]
  /**
   * The ends of all candidates, or null where one of them has none. They come last, since older models repeat STOP on every
   * chunk.
   */
  finish(): readonly ChatEvent[] | null
}

export function createChunkReader(): ChunkReader {
  let id: string | null = null
  const states = new Map<number, CandidateState>()
  const usage = createUsageReader()

  function stateOf(index: number): CandidateState {
    const known = states.get(index)
    if (known) return known
    const state = { nameCall: countCalls(id ?? '', index), calls: 0, word: undefined, extras: {} }
    states.set(index, state)
    return state
  }

  function start(chunk: JsonObject): readonly ChatEvent[] {
    if (id !== null) return []
    id = stringOf(chunk.responseId) ?? ''
    const created = readCreated(chunk.createTime)
    return [compact({ type: 'start', id, model: stringOf(chunk.modelVersion) ?? '', created })]
  }

  function readOne(wire: JsonObject, position: number): readonly ChatEvent[] {
    const candidate = readCandidate(wire, position, (index) => stateOf(index).nameCall)
    const state = stateOf(candidate.index)
    state.word = candidate.finishWord ?? state.word
    state.extras = { ...state.extras, ...candidate.rest }
    const [first, ...others] = candidate.content.flatMap((part) => toEvents(part, candidate, state))
    if (first === undefined) return []
    const logprobs = first.type === 'text-delta' ? compact({ logprobs: candidate.logprobs }) : {}
    return [{ ...first, ...logprobs }, ...others]
  }

  return {
    read(wire) {
      const chunk = camelFields(wire)
      const candidates = objectsOf(chunk.candidates)
      const events = [...start(chunk), ...candidates.flatMap(readOne)]
      if (isBlocked(chunk.promptFeedback)) block(stateOf(0), chunk.promptFeedback)
      return [...events, ...usage.read(chunk.usageMetadata, events.some(isOpaque))]
    },
    finish() {
      const all = [...states]
      if (all.length === 0 || all.some(([, { word }]) => word === undefined)) return null
      return [...usage.finish(), ...all.map(([choice, state]) => toFinish(choice, state))]
    },
  }
}

interface UsageReader {
  read(metadata: Json | undefined, isToolAtWork: boolean): readonly ChatEvent[]
  finish(): readonly ChatEvent[]
}

/**
 * Usage is cumulative and rides on every chunk. A built-in tool (search, code) begins the counting anew, so that the largest
 * figure would be none that Google has charged: from there on the last one counts, and waits for the end.
 */
function createUsageReader(): UsageReader {
  let hasTools = false
  let held: readonly ChatEvent[] = []
  return {
    read(metadata, isToolAtWork) {
      hasTools ||= isToolAtWork
      const usage = readUsage(metadata)
      if (Object.keys(usage).length === 0) return []
      held = hasTools ? [{ type: 'usage', usage }] : []
      return hasTools ? [] : [{ type: 'usage', usage }]
    },
    finish: () => held,
  }
}

function isOpaque(event: ChatEvent): boolean {
  return event.type === 'opaque-delta'
}

interface CandidateState {
  readonly nameCall: NameCall
  calls: number
  word: string | undefined
  extras: JsonObject
}

/** What stands for the word of a candidate that there is not. */
const BLOCKED = 'SAFETY'

function block(state: CandidateState, promptFeedback: Json | undefined): void {
  state.word ??= BLOCKED
  state.extras = { ...state.extras, promptFeedback }
}

function toFinish(choice: number, { word = '', calls, extras }: CandidateState): ChatEvent {
  const reason = readFinishReason(word, calls > 0)
  return compact({ type: 'finish', choice, reason, extras: ownExtras(compact({ ...extras, finishReason: exactWord(word, reason) })) })
}

/** Only a gateway seals thoughts: the seal follows what it belongs to. */
function thoughtEvents({ text, extras, signature, encrypted, id }: ReasoningPart, choice: number): readonly ChatEvent[] {
  const seal = compact({ signature, encrypted, id })
  const isSealed = Object.keys(seal).length > 0
  return [
    ...(isSealed && text === '' ? [] : [compact({ type: 'reasoning-delta', choice, text, extras } as const)]),
    ...(isSealed ? [{ type: 'reasoning-signature', choice, ...seal } as const] : []),
  ]
}

function toEvents(part: AssistantPart, { index: choice }: Candidate, state: CandidateState): readonly ChatEvent[] {
  switch (part.type) {
    case 'text':
      return part.text === '' && part.extras === undefined
        ? []
        : [compact({ type: 'text-delta', choice, text: part.text, extras: part.extras })]
    case 'reasoning':
      return thoughtEvents(part, choice)
    case 'tool-call': {
      const call = state.calls
      state.calls += 1
      const { id, name, signature, extras } = part
      const start = compact({ type: 'tool-call-start', choice, call, id, name, signature, extras } as const)
      return [start, { type: 'tool-call-delta', choice, call, arguments: part.arguments }]
    }
    case 'opaque':
      return [{ type: 'opaque-delta', choice, protocol: part.protocol, value: part.value }]
    case 'refusal':
      return [{ type: 'refusal-delta', choice, text: part.text }]
  }
}
