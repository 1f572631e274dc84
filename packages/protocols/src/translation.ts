import type { JsonObject, Warning } from '@gateway/core'
import { objectOf } from './json-fields.ts'

/** Writing into one protocol: knows its own extras from others', and gathers what could not be carried. */
export interface Translation {
  /** The extras that are this protocol's own. Those of others are reported as dropped, field by field. */
  ownExtras(extras: JsonObject | undefined): JsonObject
  drop(field: string): void
  /** Reports a field that is carried in another form. */
  change(change: Exclude<Warning['change'], 'dropped'>, field: string): void
  /** Each change once, in the order in which they were made. */
  warnings(): readonly Warning[]
}

/** One for each thing that is written. */
export function createTranslation(protocol: string): Translation {
  const warnings = new Map<string, Warning>()
  const note = (warning: Warning): void => void warnings.set(`${warning.change}:${warning.field}`, warning)
  const drop = (field: string): void => note({ change: 'dropped', field })
  return {
    ownExtras(extras) {
      if (extras === undefined) return {}
      for (const [owner, fields] of Object.entries(extras)) {
        if (owner === protocol) continue
        for (const field of Object.keys(objectOf(fields))) drop(field)
      }
      return objectOf(extras[protocol])
    },
    drop,
    change: (change, field) => note({ change, field }),
    warnings: () => [...warnings.values()],
  }
}
