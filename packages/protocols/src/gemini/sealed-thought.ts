import type { ChatEvent, JsonObject, ReasoningPart } from '@gateway/core'
import { base64FromText, textFromBase64 } from '../base64-text.ts'
import { compact } from '../compact.ts'
import { parseObject, stringOf } from '../json-fields.ts'

/** What binds a thought to another vendor, which a client of this protocol keeps in the place of Google's own signature. */
export type Seal = Pick<ReasoningPart, 'signature' | 'encrypted' | 'id'>

/** As base64, since Google's clients take signatures for bytes. Undefined where there is nothing to keep. */
export function writeSeal({ signature, encrypted, id }: Seal): string | undefined {
  if (signature === undefined && encrypted === undefined) return undefined
  return base64FromText(PREFIX + JSON.stringify(compact({ signature, encrypted, id }))) ?? undefined
}

/** Null for a signature of Google's own. */
export function readSeal(thoughtSignature: string): Seal | null {
  if (!thoughtSignature.startsWith(ENCODED_PREFIX)) return null
  const text = textFromBase64(thoughtSignature) ?? ''
  const fields = text.startsWith(PREFIX) ? parseObject(text.slice(PREFIX.length)) : null
  return fields && compact({ signature: stringOf(fields.signature), encrypted: stringOf(fields.encrypted), id: stringOf(fields.id) })
}

/** The part that ends a streamed thought; null where only Google could have signed it. */
export function writeSealEvent(event: Extract<ChatEvent, { type: 'reasoning-signature' }>): JsonObject | null {
  const thoughtSignature = writeSeal(event)
  return thoughtSignature === undefined ? null : { text: '', thought: true, thoughtSignature }
}

const PREFIX = 'gateway.thought:'

/** Of whole groups of three letters: what follows does not change it. */
const ENCODED_PREFIX = btoa(PREFIX.slice(0, 15))
