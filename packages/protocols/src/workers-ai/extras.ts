import type { JsonObject } from '@gateway/core'
import { PROTOCOL } from './wire.ts'

/** Extras under this protocol's name; undefined where there are none. */
export function ownExtras(fields: JsonObject | undefined): JsonObject | undefined {
  return fields === undefined || Object.keys(fields).length === 0 ? undefined : { [PROTOCOL]: fields }
}
