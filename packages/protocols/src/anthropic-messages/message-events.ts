import type { ChatEvent, JsonObject } from '@gateway/core'
import { isJsonObject } from '@gateway/core'
import { compact } from '../compact.ts'
import { numberOf, objectOf, restOf, stringOf } from '../json-fields.ts'
import { ownExtras } from './blocks.ts'
import { readSealedThought } from './sealed-thought.ts'
import { readStop } from './stop-reason.ts'
import { CALL_FIELDS } from './tool-calls.ts'
import { COUNTS, mergeCounts, readUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

/** Turns the events of one message into those of the language; keeps what has been seen of it. */
export interface MessageReader {
  read(event: JsonObject): readonly ChatEvent[]
  /** True once the reason of the stop is known. */
  isFinished(): boolean
}

export function createMessageReader(): MessageReader {
  const blocks = createBlockReader()
  let counts: JsonObject = {}
  let isStarted = false
  let isFinished = false

  function usage(wire: JsonObject): readonly ChatEvent[] {
    counts = mergeCounts(counts, wire)
    const known = readUsage(counts)
    return Object.keys(known).length === 0 ? [] : [{ type: 'usage', usage: known }]
  }

  function start(message: JsonObject): readonly ChatEvent[] {
    if (isStarted) return []
    isStarted = true
    const wireUsage = objectOf(message.usage)
    const extras = ownExtras(restOf({ ...message, usage: restOf(wireUsage, COUNTS) }, START_FIELDS))
    const head = compact({ type: 'start', id: stringOf(message.id) ?? '', model: stringOf(message.model) ?? '', extras })
    return [head, ...usage(wireUsage)]
  }

  function finish(event: JsonObject): readonly ChatEvent[] {
    const stop = isFinished ? null : readStop(objectOf(event.delta), { hasCalls: blocks.hasCalls(), hasRefusal: false })
    if (stop !== null) isFinished = true
    return [...(stop === null ? [] : [{ type: 'finish', choice: 0, ...stop } as const]), ...usage(objectOf(event.usage))]
  }

  return {
    read(event) {
      switch (event.type) {
        case 'message_start':
          return start(objectOf(event.message))
        case 'message_delta':
          return [...start({}), ...finish(event)]
        case 'content_block_start':
        case 'content_block_delta':
        case 'content_block_stop':
          return [...start({}), ...blocks.read(event)]
        default:
          return []
      }
    },
    isFinished: () => isFinished,
  }
}

const START_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'model',
  'content',
  'stop_reason',
  'stop_sequence',
  'stop_details',
])

interface OpenBlock {
  readonly type: string
  /** Position among the calls, for a `tool_use`. */
  readonly call: number
  /** What a server sends with the start that sends no deltas. */
  readonly input: JsonObject
  hasArguments: boolean
}

/** Reads content blocks. Blocks are told apart by their index, since nothing says that only one may be open. */
function createBlockReader(): { read(event: JsonObject): readonly ChatEvent[]; hasCalls(): boolean } {
  const open = new Map<number, OpenBlock>()
  let calls = 0
  let lastType = ''

  function start(index: number, fields: JsonObject): readonly ChatEvent[] {
    const type = stringOf(fields.type) ?? ''
    const isSecondText = type === 'text' && lastType === 'text'
    lastType = type
    const call = type === 'tool_use' ? calls++ : -1
    open.set(index, { type, call, input: objectOf(fields.input), hasArguments: false })
    switch (type) {
      case 'text':
        // Texts side by side would become one otherwise, and a citation would stand at the wrong one.
        return [
          ...(isSecondText ? [opaque({ type: 'content_block_start', content_block: { type: 'text', text: '' } })] : []),
          ...textDelta(fields.text),
        ]
      case 'thinking':
        return [...reasoningDelta(fields.thinking), ...signature(fields.signature)]
      case 'redacted_thinking':
        return redacted(fields.data)
      case 'tool_use':
        return [startCall(call, fields)]
      default:
        return [opaque({ type: 'content_block_start', content_block: fields })]
    }
  }

  function delta(block: OpenBlock | undefined, fields: JsonObject): readonly ChatEvent[] {
    const isOwnBlock = block === undefined || KNOWN_BLOCKS.has(block.type)
    if (fields.type === 'text_delta' && isOwnBlock) return textDelta(fields.text)
    if (fields.type === 'thinking_delta' && isOwnBlock) return reasoningDelta(fields.thinking)
    if (fields.type === 'signature_delta' && isOwnBlock) return signature(fields.signature)
    if (fields.type !== 'input_json_delta' || block?.type !== 'tool_use') return [opaque({ type: 'content_block_delta', delta: fields })]
    const text = stringOf(fields.partial_json)
    if (!text) return []
    block.hasArguments = true
    return [{ type: 'tool-call-delta', choice: 0, call: block.call, arguments: text }]
  }

  /** A call without arguments never sends a delta. */
  function stop(block: OpenBlock | undefined): readonly ChatEvent[] {
    if (block === undefined) return []
    if (block.type !== 'tool_use') return KNOWN_BLOCKS.has(block.type) ? [] : [opaque({ type: 'content_block_stop' })]
    return block.hasArguments ? [] : [{ type: 'tool-call-delta', choice: 0, call: block.call, arguments: JSON.stringify(block.input) }]
  }

  return {
    read(event) {
      const index = numberOf(event.index) ?? 0
      if (event.type === 'content_block_start') return start(index, objectOf(event.content_block))
      const block = open.get(index)
      if (event.type === 'content_block_delta') return isJsonObject(event.delta) ? delta(block, event.delta) : []
      open.delete(index)
      return stop(block)
    },
    hasCalls: () => calls > 0,
  }
}

const KNOWN_BLOCKS: ReadonlySet<string> = new Set(['text', 'thinking', 'redacted_thinking', 'tool_use'])

function opaque(value: JsonObject): ChatEvent {
  return { type: 'opaque-delta', choice: 0, protocol: PROTOCOL, value }
}

function textDelta(value: JsonObject[string]): readonly ChatEvent[] {
  const text = stringOf(value)
  return text ? [{ type: 'text-delta', choice: 0, text }] : []
}

function reasoningDelta(value: JsonObject[string]): readonly ChatEvent[] {
  const text = stringOf(value)
  return text ? [{ type: 'reasoning-delta', choice: 0, text }] : []
}

function signature(value: JsonObject[string]): readonly ChatEvent[] {
  const text = stringOf(value)
  return text ? [{ type: 'reasoning-signature', choice: 0, ...(readSealedThought(text) ?? { signature: text }) }] : []
}

function redacted(value: JsonObject[string]): readonly ChatEvent[] {
  const text = stringOf(value)
  return text ? [{ type: 'reasoning-signature', choice: 0, ...(readSealedThought(text) ?? { encrypted: text }) }] : []
}

function startCall(call: number, fields: JsonObject): ChatEvent {
  return compact({
    type: 'tool-call-start',
    choice: 0,
    call,
    id: stringOf(fields.id) || `call_${call}`,
    name: stringOf(fields.name) ?? '',
    signature: stringOf(fields.signature),
    extras: ownExtras(restOf(fields, CALL_FIELDS)),
  })
}
