import { writeJson } from '@gateway/core'
import type { WireRequest } from '@gateway/core'

export interface Chosen {
  readonly wire: WireRequest
  /** Null where the client leaves the choice to the gateway. */
  readonly provider: string | null
}

/**
 * A client may choose the provider in the body, as `forceProvider` or as a text in `provider` (an object there is OpenRouter's own).
 * Such a body is written anew without the field, which no vendor knows.
 */
export function chosenProvider(wire: WireRequest): Chosen {
  const chosen = wire.json['forceProvider'] ?? wire.json['provider']
  if (typeof chosen !== 'string') return { wire, provider: null }
  const { forceProvider: _, provider, ...others } = wire.json
  const json = typeof provider === 'string' || provider === undefined ? others : { ...others, provider }
  const text = writeJson(json)
  return { wire: { ...wire, json, text, bytes: new TextEncoder().encode(text) }, provider: chosen }
}
