import { isJsonObject, type JsonObject, type Warning } from '@gateway/core'

/** What could not be carried, each field once. */
export interface Losses {
  drop(field: string): void
  /** What one protocol alone has a word for. */
  dropExtras(extras: JsonObject | undefined): void
  warnings(): readonly Warning[]
}

/** One for each request. */
export function createLosses(): Losses {
  const fields = new Set<string>()
  return {
    drop: (field) => void fields.add(field),
    dropExtras(extras = {}) {
      const known = Object.values(extras).filter(isJsonObject).flatMap(Object.keys)
      for (const field of known) fields.add(field)
    },
    warnings: () => [...fields].map((field) => ({ change: 'dropped', field })),
  }
}
