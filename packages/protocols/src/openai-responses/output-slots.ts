import type { JsonObject } from '@gateway/core'
import type { Emit } from './emitter.ts'

/** The places of a response's output, given away in the order in which items begin. */
export interface OutputSlots {
  next(): Slot
  /** All items so far, as they are. */
  items(): readonly JsonObject[]
}

/** The place of one item. */
export interface Slot {
  readonly index: number
  /** Says that the item begins, with what is known of it. */
  open(item: JsonObject): string
  close(item: JsonObject): string
}

/** What one item is written with. */
export interface ItemParts {
  readonly emit: Emit
  readonly slot: Slot
  readonly id: string
}

export function createOutputSlots(emit: Emit): OutputSlots {
  const items: JsonObject[] = []

  function put(index: number, type: string, item: JsonObject): string {
    items[index] = item
    return emit(type, { output_index: index, item })
  }

  return {
    next() {
      const index = items.push({}) - 1
      return {
        index,
        open: (item) => put(index, 'response.output_item.added', item),
        close: (item) => put(index, 'response.output_item.done', item),
      }
    },
    items: () => items,
  }
}
