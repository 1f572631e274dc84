import type { JsonObject, Warning } from '@gateway/core'
import { objectOf } from './json-fields.ts'

/** Writing into one protocol: knows its own extras from others', and gathers what could not be carried. */
export interface Translation {
  /** The extras that are this protocol's own. Those of others are reported as dropped, field by field. */
  ownExtras(extras: JsonObject | undefined): JsonObject
  drop(field: string): void
  /** Each change once, in the order in which they were made. */
  warnings(): readonly Warning[]
}

/** One for each thing that is written. */
export function createTranslation(protocol: string): Translation {
  const dropped = new Set<string>()
  return {
    ownExtras(extras) {
      if (extras === undefined) return {}
      for (const [owner, fields] of Object.entries(extras)) {
        if (owner === protocol) continue
        for (const field of Object.keys(objectOf(fields))) dropped.add(field)
      }
      return objectOf(extras[protocol])
    },
    drop: (field) => void dropped.add(field),
    warnings: () => [...dropped].map((field) => ({ change: 'dropped', field })),
  }
}
