import type { JsonObject, Warning } from '@gateway/core'
import { objectOf } from './json-fields.ts'

/** Writing into one protocol: knows its own extras from others', and gathers what could not be carried. */
export interface Translation {
  /** The extras that are this protocol's own. Those of others are reported as dropped, field by field. */
  ownExtras(extras: JsonObject | undefined): JsonObject
  /** The fields that ride along in this protocol alone. Those of another are reported as dropped. */
  ownExtensions(carrier: Extended): JsonObject
  drop(field: string): void
  /** Reports a field that is carried in another form. */
  change(change: Exclude<Warning['change'], 'dropped'>, field: string): void
  /** Each change once, in the order in which they were made. */
  warnings(): readonly Warning[]
}

/** A request or a reply with the fields that the language has no word for. */
interface Extended {
  readonly extensions?: { readonly protocol: string; readonly fields: JsonObject }
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
    ownExtensions({ extensions }) {
      if (extensions === undefined) return {}
      if (extensions.protocol === protocol) return extensions.fields
      for (const field of Object.keys(extensions.fields)) drop(field)
      return {}
    },
    drop,
    change: (change, field) => note({ change, field }),
    warnings: () => [...warnings.values()],
  }
}
