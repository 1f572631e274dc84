import type { ChatEvent, GatewayError, JsonObject, StreamWriteOptions, StreamWriter, Usage } from '@gateway/core'
import { mergeUsage } from '@gateway/core'
import { objectOf } from '../json-fields.ts'
import { writeError } from './error.ts'
import { writeFinishReason } from './finish-reason.ts'
import { writeUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

/** Chunks as OpenAI's schema has them: a role first, one finish reason a choice, the same id throughout, usage alone at the end. */
export function writeStream(options: StreamWriteOptions): StreamWriter {
  let head: JsonObject = { id: '', object: CHUNK, created: 0, model: '' }
  let usage: Usage = {}
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
    const isFirst = !state.hasRole
    state.isFinished = true
    return chunk(choice, isFirst ? { content: '' } : {}, { finish_reason: reason })
  }

  function end(): string {
    const unfinished = [...choices].filter(([, state]) => !state.isFinished)
    const finishes = unfinished.map(([choice, state]) => finish(choice, state.hasCalls ? 'tool_calls' : 'stop'))
    const counts = options.wantsUsage ? writeUsage(usage) : null
    return `${finishes.join('')}${counts ? frame({ ...head, choices: [], usage: counts }) : ''}data: [DONE]\n\n`
  }

  function callChunk(event: CallEvent): string {
    const state = stateOf(event.choice)
    state.hasCalls = true
    if (event.type === 'tool-call-start' && event.kind === 'custom') state.customCalls.add(event.call)
    return chunk(event.choice, { tool_calls: [writeCall(event, state.customCalls.has(event.call))] })
  }

  return {
    write(event) {
      switch (event.type) {
        case 'start':
          head = { id: event.id, object: CHUNK, created: event.created ?? 0, model: event.model, ...objectOf(event.extras?.[PROTOCOL]) }
          return ''
        case 'text-delta':
          return chunk(event.choice, { content: event.text }, { logprobs: event.logprobs ?? null })
        case 'refusal-delta':
          return chunk(event.choice, { refusal: event.text }, { logprobs: event.logprobs ?? null })
        case 'reasoning-delta':
          return chunk(event.choice, { reasoning_content: event.text })
        case 'tool-call-start':
        case 'tool-call-delta':
          return callChunk(event)
        case 'opaque-delta':
          return event.protocol === PROTOCOL ? chunk(event.choice, event.value) : ''
        case 'finish':
          return finish(event.choice, writeFinishReason(event.reason))
        case 'usage':
          usage = mergeUsage(usage, event.usage)
          return ''
        case 'end':
          return end()
        // Only their own model family can read signatures; the caller writes errors by `fail`.
        case 'reasoning-signature':
        case 'error':
          return ''
      }
    },
    fail: (error: GatewayError, status: number) => frame(writeError(error, status)),
  }
}

type CallEvent = Extract<ChatEvent, { type: 'tool-call-start' | 'tool-call-delta' }>

interface ChoiceState {
  hasRole: boolean
  isFinished: boolean
  hasCalls: boolean
  /** Calls of custom tools, whose deltas have another shape. */
  readonly customCalls: Set<number>
}

const CHUNK = 'chat.completion.chunk'

function frame(value: JsonObject): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

function writeCall(event: CallEvent, isCustom: boolean): JsonObject {
  if (event.type === 'tool-call-delta') {
    return isCustom ? { index: event.call, custom: { input: event.arguments } } : { index: event.call, function: { arguments: event.arguments } }
  }
  const head = { index: event.call, id: event.id }
  if (isCustom) return { ...head, type: 'custom', custom: { name: event.name, input: '' } }
  return { ...head, type: 'function', function: { name: event.name, arguments: '' } }
}
