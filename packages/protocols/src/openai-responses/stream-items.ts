import type { ChatEvent, JsonObject } from '@gateway/core'
import { numberOf, objectOf, objectsOf, stringOf } from '../json-fields.ts'
import { isContentType, readOpaque } from './extras.ts'
import { createItemKeys } from './item-keys.ts'
import { readSeal } from './reasoning.ts'
import { callInput, createStreamCalls, isCall } from './stream-calls.ts'
import { createPartReader } from './stream-parts.ts'
import type { PartKind, PartOwner, Said } from './stream-parts.ts'

/** Turns what a stream says of its items into events. Items may come interleaved. */
export interface ItemReader {
  /** The event that opens an item. */
  added(event: JsonObject): readonly ChatEvent[]
  /** An event that closes an item, which is whole in it: what of it was not streamed is said now. */
  done(event: JsonObject): readonly ChatEvent[]
  /** A piece of a part of an item, or such a part as a whole. */
  piece(kind: PartKind, event: JsonObject, isWhole: boolean): readonly ChatEvent[]
  /** How many calls of the client's tools there were. */
  callCount(): number
  hasItems(): boolean
}

export function createItemReader(): ItemReader {
  const keys = createItemKeys()
  const calls = createStreamCalls()
  const read = createPartReader()

  function ownerOf(event: JsonObject, id: string | undefined): PartOwner {
    const key = keys.keyOf(event, id)
    return { key, id: keys.idOf(key), call: calls.numberOf(key) }
  }

  function readCall(owner: PartOwner, item: JsonObject): readonly ChatEvent[] {
    const started = calls.start(owner.key, item)
    const said = { kind: 'call', index: 0, text: callInput(item), isWhole: true } as const
    return [...started, ...read({ ...owner, call: calls.numberOf(owner.key) }, said)]
  }

  return {
    added(event) {
      const item = objectOf(event.item)
      const owner = ownerOf(event, stringOf(item.id))
      return isCall(item) ? readCall(owner, item) : []
    },
    done(event) {
      const item = objectOf(event.item)
      const owner = ownerOf(event, stringOf(item.id))
      if (isCall(item)) return readCall(owner, item)
      const parts = wholeParts(item).flatMap((said) => read(owner, said))
      return [...parts, ...sealOf(item, owner.id), ...opaqueOf(item)]
    },
    piece(kind, event, isWhole) {
      const owner = ownerOf(event, stringOf(event.item_id))
      const index = numberOf(event.content_index) ?? numberOf(event.summary_index) ?? 0
      const fields = isWhole ? WHOLE_FIELDS[kind] : ['delta']
      const text = fields.map((field) => stringOf(event[field])).find((value) => value !== undefined) ?? ''
      return read(owner, { kind, index, text, isWhole, logprobs: event.logprobs })
    },
    callCount: calls.count,
    hasItems: () => !keys.isEmpty(),
  }
}

const WHOLE_FIELDS = {
  text: ['text'],
  refusal: ['refusal'],
  summary: ['text'],
  words: ['text'],
  call: ['arguments', 'input'],
} as const satisfies Record<PartKind, readonly string[]>

/** The parts of a message or a thought. */
function wholeParts(item: JsonObject): readonly Said[] {
  if (item.type === 'message') {
    return objectsOf(item.content).map((part, index) =>
      part.type === 'refusal' ? whole('refusal', index, part.refusal) : whole('text', index, part.text),
    )
  }
  if (item.type !== 'reasoning') return []
  const summary = objectsOf(item.summary).map((part, index) => whole('summary', index, part.text))
  return [...summary, ...objectsOf(item.content).map((part, index) => whole('words', index, part.text))]
}

function whole(kind: PartKind, index: number, text: JsonObject[string]): Said {
  return { kind, index, text: stringOf(text) ?? '', isWhole: true }
}

function sealOf(item: JsonObject, id: string | undefined): readonly ChatEvent[] {
  const sealed = item.type === 'reasoning' ? readSeal(item.encrypted_content, id) : {}
  if (Object.keys(sealed).length === 0) return []
  return [{ type: 'reasoning-signature', choice: 0, ...sealed }]
}

/** Items of the vendor's own tools are said as a whole. */
function opaqueOf(item: JsonObject): readonly ChatEvent[] {
  const type = stringOf(item.type)
  if (type === undefined || type === 'message' || type === 'reasoning' || isContentType(type)) return []
  const { protocol, value } = readOpaque(item)
  return [{ type: 'opaque-delta', choice: 0, protocol, value }]
}
