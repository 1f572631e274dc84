import type { JsonObject } from '@gateway/core'
import { invalidField } from './check-body.ts'

/**
 * Refuses fields that other gateways take an address or a key from (CVE-2024-6587 and its like): the client chooses neither.
 * And keys that differ from a checked one in case alone: servers written in Go would use them, and nobody has checked them.
 * Throws `GatewayError('invalid-request')`.
 */
export function refuseFields(body: JsonObject, checked: ReadonlySet<string>): void {
  for (const key of Object.keys(body)) {
    if (REFUSED.has(key)) throw invalidField(key, 'no such field, since the gateway decides where a request goes', body[key])
    // Up, then down: that folds the long s and the Kelvin sign as Go does.
    const folded = key.toUpperCase().toLowerCase()
    if (folded !== key && checked.has(folded)) throw invalidField(key, `the field to be written ${folded}`, body[key])
  }
}

const REFUSED: ReadonlySet<string> = new Set(['api_base', 'api_key', 'base_url', 'custom_host', 'extra_headers', 'organization'])
