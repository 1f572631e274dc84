import type { ChatEvent, JsonObject } from '@gateway/core'
import { writeCallSignature } from './assistant.ts'
import type { ItemParts } from './output-slots.ts'

/** Writes one call of a client's tool. */
export interface CallWriter {
  open(): string
  write(delta: string): string
  close(status: string): string
}

type CallStart = Extract<ChatEvent, { type: 'tool-call-start' }>

export function createCallWriter({ emit, slot, id }: ItemParts, start: CallStart): CallWriter {
  const names = start.kind === 'custom' ? CUSTOM : FUNCTION
  let input = ''

  const item = (status: string): JsonObject => ({
    id,
    type: names.type,
    status,
    call_id: start.id,
    name: start.name,
    [names.field]: input,
    ...writeCallSignature(start.signature),
  })

  return {
    open: () => slot.open(item('in_progress')),
    write(delta) {
      if (delta === '') return ''
      input += delta
      return emit(names.delta, { item_id: id, output_index: slot.index, delta })
    },
    close(status) {
      const done = emit(names.done, { item_id: id, output_index: slot.index, name: start.name, [names.field]: input })
      return done + slot.close(item(status))
    },
  }
}

const FUNCTION = {
  type: 'function_call',
  field: 'arguments',
  delta: 'response.function_call_arguments.delta',
  done: 'response.function_call_arguments.done',
}
const CUSTOM = {
  type: 'custom_tool_call',
  field: 'input',
  delta: 'response.custom_tool_call_input.delta',
  done: 'response.custom_tool_call_input.done',
}
