import type { Json, JsonObject, ReasoningPart } from '@gateway/core'
import { compact } from '../compact.ts'
import { objectsOf, restOf, stringOf } from '../json-fields.ts'
import { ownExtras } from './extras.ts'

/**
 * A reasoning item: its summary, its own words, or both, each as a part. An item that holds nothing but its id, which is how
 * the vendor refers to what it has stored, says nothing to anybody else.
 */
export function readReasoning(item: JsonObject): readonly ReasoningPart[] {
  const { id, ...seals } = readSeal(item.encrypted_content, stringOf(item.id))
  const binding = compact({ id })
  const sealed = compact({ ...binding, ...seals, extras: ownExtras(restOf(item, ITEM_FIELDS)) })
  const summary = textOf(item.summary)
  const words = textOf(item.content)
  if (words !== '') {
    const verbatim: ReasoningPart = { type: 'reasoning', text: words, isVerbatim: true, ...sealed }
    return summary === '' ? [verbatim] : [{ type: 'reasoning', text: summary, ...binding }, verbatim]
  }
  return summary === '' && Object.keys(sealed).length === 0 ? [] : [{ type: 'reasoning', text: summary, ...sealed }]
}

export type Seal = Pick<ReasoningPart, 'encrypted' | 'signature' | 'id'>

/**
 * What an item's `encrypted_content` holds: what the vendor encrypted, which is bound to the item's id (empty where a client
 * leaves that out), or what a client keeps for us of another vendor.
 */
export function readSeal(content: Json | undefined, id: string | undefined): Seal {
  const text = stringOf(content) ?? ''
  if (text === '') return {}
  if (text.startsWith(SIGNATURE)) return { signature: text.slice(SIGNATURE.length) }
  return text.startsWith(REDACTED) ? { encrypted: text.slice(REDACTED.length) } : { encrypted: text, id: id ?? '' }
}

/** The opposite, for a client; undefined where there is nothing to keep. */
export function writeSeal({ encrypted, signature, id }: Seal): string | undefined {
  if (encrypted !== undefined) return id === undefined ? REDACTED + encrypted : encrypted
  return signature === undefined ? undefined : SIGNATURE + signature
}

/** Parts of one thought, as `readReasoning` reads them from one item. */
export function isSameThought(first: ReasoningPart, second: ReasoningPart): boolean {
  return first.id !== undefined && first.id === second.id && first.isVerbatim !== true && second.isVerbatim === true
}

/** `summary` and `content` of an item. */
export function writeThoughts(parts: readonly ReasoningPart[]): {
  readonly summary: readonly JsonObject[]
  readonly content?: readonly JsonObject[]
} {
  const said = parts.filter((part) => part.text !== '')
  const summary = said.filter((part) => part.isVerbatim !== true).map(({ text }) => ({ type: 'summary_text', text }))
  const content = said.filter((part) => part.isVerbatim === true).map(({ text }) => ({ type: 'reasoning_text', text }))
  return { summary, ...(content.length > 0 && { content }) }
}

/** Between parts of a summary, which stand on their own. */
export const BETWEEN_SUMMARIES = '\n\n'

const ITEM_FIELDS: ReadonlySet<string> = new Set(['type', 'id', 'summary', 'content', 'encrypted_content', 'status'])

/** Nobody else's encrypted text begins so. */
const SIGNATURE = 'gateway.signature:'
const REDACTED = 'gateway.redacted:'

function textOf(parts: Json | undefined): string {
  return objectsOf(parts)
    .map((part) => stringOf(part.text) ?? '')
    .filter((text) => text !== '')
    .join(BETWEEN_SUMMARIES)
}
