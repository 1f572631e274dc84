import type { ChatEvent, JsonObject } from '@gateway/core'
import { objectOf, stringOf } from '../json-fields.ts'
import { CUSTOM_INPUT } from './tool-calls.ts'
import { PROTOCOL } from './wire.ts'

/** Writes content blocks one after the other, each started, filled and stopped before the next. */
export interface BlockWriter {
  /** Adds to the open block where that has this type, else opens one. */
  add(block: JsonObject & { readonly type: string }, delta: JsonObject): string
  /** Opens a block in any case. */
  open(block: JsonObject): string
  /** Adds to the block that is open, whatever it is. */
  delta(delta: JsonObject): string
  /** Stops the block that is open, if any. */
  close(): string
  /** Null where none is open. */
  openType(): string | null
}

export function createBlockWriter(): BlockWriter {
  let index = -1
  let openType: string | null = null

  function close(): string {
    if (openType === null) return ''
    openType = null
    return frame('content_block_stop', { index })
  }

  function open(block: JsonObject): string {
    const closing = close()
    index += 1
    openType = stringOf(block.type) ?? ''
    return closing + frame('content_block_start', { index, content_block: block })
  }

  function delta(value: JsonObject): string {
    return openType === null ? '' : frame('content_block_delta', { index, delta: value })
  }

  return {
    add: (block, value) => (openType === block.type ? '' : open(block)) + delta(value),
    open,
    delta,
    close,
    openType: () => openType,
  }
}

/** One event, named on a line of its own: the vendor's clients skip those that are not. */
export function frame(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
}

export type CallEvent = Extract<ChatEvent, { type: 'tool-call-start' | 'tool-call-delta' }>

/** Writes the calls of tools. Arguments go out as they come. */
export interface CallWriter {
  write(event: CallEvent): string
  /** Writes what was held back; to be called before anything else is written, and at the end. */
  flush(): string
}

/**
 * Blocks come one after the other here, and elsewhere the arguments of parallel calls may be mixed: what belongs to a later call
 * is held back until the open one has whole arguments.
 */
export function createCallWriter(blocks: BlockWriter): CallWriter {
  let held: readonly CallEvent[] = []
  let open: OpenCall | null = null

  function start(event: CallStart): string {
    open = { call: event.call, isCustom: event.kind === 'custom', text: '' }
    const signature = event.signature === undefined ? {} : { signature: event.signature }
    const extras = objectOf(event.extras?.[PROTOCOL])
    const head = blocks.open({ type: 'tool_use', id: event.id, name: event.name, input: {}, ...signature, ...extras })
    return head + (open.isCustom ? json(`{"${CUSTOM_INPUT}":"`) : '')
  }

  function add(call: OpenCall, text: string): string {
    call.text += text
    return json(call.isCustom ? JSON.stringify(text).slice(1, -1) : text)
  }

  function json(text: string): string {
    return text === '' ? '' : blocks.delta({ type: 'input_json_delta', partial_json: text })
  }

  function close(): string {
    const rest = open?.isCustom === true ? json('"}') : ''
    open = null
    return rest + blocks.close()
  }

  function take(event: CallEvent): string {
    if (open !== null && event.call === open.call) return event.type === 'tool-call-delta' ? add(open, event.arguments) : ''
    if (open !== null && !isWhole(open)) {
      held = [...held, event]
      return ''
    }
    return event.type === 'tool-call-start' ? close() + start(event) : ''
  }

  /** All that is held, again: some of it may be held once more. */
  function release(): string {
    const events = held
    held = []
    return events.map(take).join('')
  }

  return {
    write(event) {
      const written = take(event)
      return held.length > 0 && open !== null && isWhole(open) ? written + release() : written
    },
    flush() {
      let written = open === null ? '' : close()
      while (held.length > 0) written += release() + close()
      return written
    },
  }
}

type CallStart = Extract<CallEvent, { type: 'tool-call-start' }>

interface OpenCall {
  readonly call: number
  readonly isCustom: boolean
  text: string
}

/** Free text has no end that could be seen: there, the next call is the end. */
function isWhole({ text, isCustom }: OpenCall): boolean {
  if (isCustom) return true
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
