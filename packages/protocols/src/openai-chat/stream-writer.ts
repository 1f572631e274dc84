import type { ChatEvent, JsonObject, StreamWriteOptions, StreamWriter, Usage } from '@gateway/core'
import { mergeUsage } from '@gateway/core'
import { objectOf } from '../json-fields.ts'
import { writeCallSignature } from './call-signature.ts'
import { writeError } from './error.ts'
import { writeFinishReason } from './finish-reason.ts'
import { withoutForeignTier } from './service-tier.ts'
import { writeUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

/** Chunks as OpenAI's schema has them: a role first, one finish reason a choice, the same id throughout, usage alone at the end. */
export function writeStream(options: StreamWriteOptions): StreamWriter {
  const chunks = createChunkWriter()
  let usage: Usage = {}

  function end(): string {
    const counts = options.wantsUsage ? writeUsage(usage) : null
    return `${chunks.finishAll()}${counts ? chunks.usage(counts) : ''}data: [DONE]\n\n`
  }

  return {
    write(event) {
      switch (event.type) {
        case 'start':
          chunks.start(event)
          return ''
        case 'finish':
          return chunks.finish(event.choice, writeFinishReason(event.reason))
        case 'usage':
          usage = mergeUsage(usage, event.usage)
          return ''
        case 'end':
          return end()
        // The caller writes errors by `fail`.
        case 'error':
          return ''
        default:
          return chunks.delta(event)
      }
    },
    fail: (error, status) => frame(writeError(error, status)),
  }
}

type DeltaEvent = Exclude<ChatEvent, { type: 'start' | 'finish' | 'usage' | 'end' | 'error' }>
type CallEvent = Extract<ChatEvent, { type: 'tool-call-start' | 'tool-call-delta' }>

interface ChunkWriter {
  start(event: Extract<ChatEvent, { type: 'start' }>): void
  delta(event: DeltaEvent): string
  /** At most once a choice. */
  finish(choice: number, reason: string): string
  /** A finish for each choice that has none. */
  finishAll(): string
  usage(counts: JsonObject): string
}

interface ChoiceState {
  hasRole: boolean
  isFinished: boolean
  hasCalls: boolean
  /** Calls of custom tools, whose deltas have another shape. */
  readonly customCalls: Set<number>
}

function createChunkWriter(): ChunkWriter {
  let head: JsonObject = { id: '', object: CHUNK, created: 0, model: '' }
  const choices = new Map<number, ChoiceState>()

  function stateOf(choice: number): ChoiceState {
    const known = choices.get(choice)
    if (known) return known
    const state = { hasRole: false, isFinished: false, customCalls: new Set<number>(), hasCalls: false }
    choices.set(choice, state)
    return state
  }

  function chunk(choice: number, delta: JsonObject, fields: JsonObject = {}): string {
    const state = stateOf(choice)
    const role = state.hasRole ? {} : { role: 'assistant' }
    state.hasRole = true
    return frame({ ...head, choices: [{ index: choice, delta: { ...role, ...delta }, logprobs: null, finish_reason: null, ...fields }] })
  }

  function finish(choice: number, reason: string): string {
    const state = stateOf(choice)
    if (state.isFinished) return ''
    state.isFinished = true
    return chunk(choice, state.hasRole ? {} : { content: '' }, { finish_reason: reason })
  }

  return {
    start(event) {
      const extras = withoutForeignTier(objectOf(event.extras?.[PROTOCOL]))
      head = { id: event.id, object: CHUNK, created: event.created ?? 0, model: event.model, ...extras }
    },
    delta(event) {
      const delta = writeDelta(event, stateOf(event.choice))
      if (delta === null) return ''
      return chunk(event.choice, delta, 'logprobs' in event ? { logprobs: event.logprobs ?? null } : {})
    },
    finish,
    finishAll: () => [...choices].map(([choice, state]) => finish(choice, state.hasCalls ? 'tool_calls' : 'stop')).join(''),
    usage: (counts) => frame({ ...head, choices: [], usage: counts }),
  }
}

const CHUNK = 'chat.completion.chunk'

function frame(value: JsonObject): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

/** Null for what this protocol cannot say: only their own model family can read signatures. */
function writeDelta(event: DeltaEvent, state: ChoiceState): JsonObject | null {
  switch (event.type) {
    case 'text-delta':
      return { content: event.text }
    case 'refusal-delta':
      return { refusal: event.text }
    case 'reasoning-delta':
      return { reasoning_content: event.text }
    case 'tool-call-start':
    case 'tool-call-delta':
      return { tool_calls: [writeCall(event, state)] }
    case 'opaque-delta':
      return event.protocol === PROTOCOL ? event.value : null
    case 'reasoning-signature':
      return null
  }
}

function writeCall(event: CallEvent, state: ChoiceState): JsonObject {
  state.hasCalls = true
  if (event.type === 'tool-call-start' && event.kind === 'custom') state.customCalls.add(event.call)
  const isCustom = state.customCalls.has(event.call)
  if (event.type === 'tool-call-delta') {
    return { index: event.call, ...(isCustom ? { custom: { input: event.arguments } } : { function: { arguments: event.arguments } }) }
  }
  const head = { index: event.call, id: event.id, ...writeCallSignature(event.signature) }
  if (isCustom) return { ...head, type: 'custom', custom: { name: event.name, input: '' } }
  return { ...head, type: 'function', function: { name: event.name, arguments: '' } }
}
