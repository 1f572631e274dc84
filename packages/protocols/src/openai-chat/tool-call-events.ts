import type { ChatEvent, JsonObject } from '@gateway/core'
import { isJsonObject } from '@gateway/core'
import { compact } from '../compact.ts'
import { numberOf, objectOf, objectsOf, stringOf } from '../json-fields.ts'
import { readCallSignature } from './call-signature.ts'
import { argumentsText } from './tool-calls.ts'

/** Reads the streamed tool calls of one choice, and numbers them from 0 without holes whatever their own index says. */
export interface ToolCallReader {
  read(delta: JsonObject): readonly ChatEvent[]
}

/** `replyId` goes into the ids of calls that have none. */
export function createToolCallReader(choice: number, replyId: string): ToolCallReader {
  const calls: Call[] = []

  function open(index: number, id: string): Call {
    const call = { index, id, position: calls.length, isStarted: false, held: '' }
    calls.push(call)
    return call
  }

  /** Google's compatible address gives every parallel call the index 0 or none: there a new id begins a new call. */
  function callOf(wire: JsonObject, id: string, name: string): Call {
    const index = numberOf(wire.index)
    const known = index === undefined ? calls.at(-1) : calls.findLast((call) => call.index === index)
    const isNamedAnew = name !== '' && (index === undefined || id !== '')
    if (known === undefined || (isNamedAnew && isOther(known, id))) return open(index ?? calls.length, id)
    known.id ||= id
    return known
  }

  function start(call: Call, name: string, wire: JsonObject): readonly ChatEvent[] {
    if (call.isStarted) return []
    call.isStarted = true
    const id = call.id || `${replyId || 'call'}-${choice}-${call.position}`
    const kind = isCustomCall(wire) ? ('custom' as const) : undefined
    return [compact({ type: 'tool-call-start', choice, call: call.position, id, name, kind, signature: readCallSignature(wire) } as const)]
  }

  function readCall(wire: JsonObject): readonly ChatEvent[] {
    const isCustom = isCustomCall(wire)
    const body = objectOf(isCustom ? wire.custom : wire.function)
    const name = stringOf(body.name) ?? ''
    const call = callOf(wire, stringOf(wire.id) ?? '', name)
    const text = call.held + argumentsText(isCustom ? body.input : body.arguments)
    call.held = call.isStarted || name !== '' ? '' : text
    if (call.held !== '' || (!call.isStarted && name === '')) return []
    const started = start(call, name, wire)
    return text === '' ? started : [...started, { type: 'tool-call-delta', choice, call: call.position, arguments: text }]
  }

  return {
    read(delta) {
      const toolCalls = objectsOf(delta.tool_calls)
      const functionCall = isJsonObject(delta.function_call) ? [{ index: FUNCTION_CALL_INDEX, function: delta.function_call }] : []
      return [...functionCall, ...toolCalls].flatMap(readCall)
    },
  }
}

interface Call {
  /** As the wire counts. */
  readonly index: number
  id: string
  readonly position: number
  isStarted: boolean
  /** Arguments that came before the name. */
  held: string
}

function isCustomCall(wire: JsonObject): boolean {
  return wire.type === 'custom' || isJsonObject(wire.custom)
}

/** Whether a delta with this id and a name belongs to another call than the one that is known at its index. */
function isOther(known: Call, id: string): boolean {
  return id === '' ? known.isStarted : known.id !== '' && known.id !== id
}

/** The deprecated `function_call` has no index; no other call has this one. */
const FUNCTION_CALL_INDEX = -1
