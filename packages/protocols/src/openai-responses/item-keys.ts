import type { JsonObject } from '@gateway/core'
import { numberOf } from '../json-fields.ts'

/** Tells which item an event of a stream speaks of. Some servers leave out indices; some give every event another id. */
export interface ItemKeys {
  /** The same for all events of one item. `id`: the item's, where the event says it. */
  keyOf(event: JsonObject, id: string | undefined): string
  /** The first id of an item. */
  idOf(key: string): string | undefined
  isEmpty(): boolean
}

export function createItemKeys(): ItemKeys {
  const keyOfId = new Map<string, string>()
  const idOfKey = new Map<string, string>()
  let isEmpty = true
  return {
    keyOf(event, id) {
      isEmpty = false
      const index = numberOf(event.output_index)
      const key = index === undefined ? (keyOfId.get(id ?? '') ?? id ?? '') : `#${index}`
      if (id === undefined) return key
      keyOfId.set(id, key)
      if (!idOfKey.has(key)) idOfKey.set(key, id)
      return key
    },
    idOf: (key) => idOfKey.get(key),
    isEmpty: () => isEmpty,
  }
}
