import { writeJson } from '@gateway/core'
import type { WireRequest } from '@gateway/core'

/** Opens a request without what it says of the provider, which stands in front of the model's name from here on. */
export function openChosen<Opened extends { readonly model: string }>(wire: WireRequest, open: (plain: WireRequest) => Opened): Opened {
  const { wire: plain, provider } = chosenProvider(wire)
  const opened = open(plain)
  return provider === null ? opened : { ...opened, model: `${provider}/${opened.model}` }
}

interface Chosen {
  readonly wire: WireRequest
  /** Null where the client leaves the choice to the gateway. */
  readonly provider: string | null
}

/**
 * A client may choose the provider in the body, as `forceProvider` or as a text in `provider` (an object there is OpenRouter's own).
 * Such a body is written anew without the field, which no vendor knows.
 */
function chosenProvider(wire: WireRequest): Chosen {
  const chosen = wire.json['forceProvider'] ?? wire.json['provider']
  if (typeof chosen !== 'string') return { wire, provider: null }
  const { forceProvider: _, provider, ...others } = wire.json
  const json = typeof provider === 'string' || provider === undefined ? others : { ...others, provider }
  const text = writeJson(json)
  return { wire: { ...wire, json, text, bytes: new TextEncoder().encode(text) }, provider: chosen }
}
