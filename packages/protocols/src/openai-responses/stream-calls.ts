import type { ChatEvent, JsonObject } from '@gateway/core'
import { stringOf } from '../json-fields.ts'
import { argumentsText, readCallSignature } from './assistant.ts'

/** The calls of one stream, numbered in the order in which they begin. */
export interface StreamCalls {
  /** The event that begins the call of an item; nothing where it has begun, or has no name yet. */
  start(key: string, item: JsonObject): readonly ChatEvent[]
  /** Undefined while the call has not begun. */
  numberOf(key: string): number | undefined
  count(): number
}

export function createStreamCalls(): StreamCalls {
  const calls = new Map<string, number>()
  return {
    start(key, item) {
      const name = stringOf(item.name)
      if (calls.has(key) || name === undefined) return []
      const call = calls.size
      calls.set(key, call)
      const id = stringOf(item.call_id) || stringOf(item.id) || `call_${call}`
      const signature = readCallSignature(item)
      const kind = item.type === 'custom_tool_call' ? ({ kind: 'custom' } as const) : {}
      return [{ type: 'tool-call-start', choice: 0, call, id, name, ...kind, ...(signature !== undefined && { signature }) }]
    },
    numberOf: (key) => calls.get(key),
    count: () => calls.size,
  }
}

export function isCall(item: JsonObject): boolean {
  return item.type === 'function_call' || item.type === 'custom_tool_call'
}

/** What a call's item says to its tool. */
export function callInput(item: JsonObject): string {
  try {
    return argumentsText(item.type === 'custom_tool_call' ? item.input : item.arguments)
  } catch {
    // An object in place of a text, nested without end: nothing that a tool could take.
    return ''
  }
}
