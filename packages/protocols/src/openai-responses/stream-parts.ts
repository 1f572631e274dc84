import type { ChatEvent, Json, JsonObject } from '@gateway/core'
import { readLogprobs } from './logprobs.ts'
import { BETWEEN_SUMMARIES } from './reasoning.ts'
import { createSeenText } from './seen-text.ts'

/** What a part of an item is: of a message, of a thought's summary or its own words, or what a call says to its tool. */
export type PartKind = 'text' | 'refusal' | 'summary' | 'words' | 'call'

/** A piece of a part, or the part as a whole, of which only what has not been said yet is said. */
export interface Said {
  readonly kind: PartKind
  /** Of the part within its item. */
  readonly index: number
  readonly text: string
  readonly isWhole: boolean
  readonly logprobs?: Json | undefined
}

/** The item that a part belongs to. */
export interface PartOwner {
  readonly key: string
  readonly id: string | undefined
  /** The call's number; undefined for an item that is no call, and for a call that has not begun. */
  readonly call: number | undefined
}

/** Turns parts into events. */
export type PartReader = (owner: PartOwner, said: Said) => readonly ChatEvent[]

export function createPartReader(): PartReader {
  const seen = createSeenText()
  return (owner, said) => {
    // What comes before its call has a name is said with the whole call.
    if (said.kind === 'call' && owner.call === undefined) return []
    const kindOfItem = `${owner.key}:${said.kind}`
    const part = `${kindOfItem}:${said.index}`
    const isFollowing = seen.isEmpty(part) && !seen.isEmpty(kindOfItem)
    const text = said.isWhole ? seen.missing(part, said.text) : seen.add(part, said.text)
    if (text === '') return []
    seen.add(kindOfItem, text)
    return [toEvent(owner, said, isFollowing && isThought(said.kind) ? BETWEEN_SUMMARIES + text : text)]
  }
}

function isThought(kind: PartKind): boolean {
  return kind === 'summary' || kind === 'words'
}

function toEvent({ id, call }: PartOwner, said: Said, text: string): ChatEvent {
  switch (said.kind) {
    case 'text':
      return { type: 'text-delta', choice: 0, text, ...logprobsOf(said) }
    case 'refusal':
      return { type: 'refusal-delta', choice: 0, text }
    case 'summary':
      return { type: 'reasoning-delta', choice: 0, text, ...(id !== undefined && { id }) }
    case 'words':
      return { type: 'reasoning-delta', choice: 0, text, isVerbatim: true, ...(id !== undefined && { id }) }
    case 'call':
      return { type: 'tool-call-delta', choice: 0, call: call ?? 0, arguments: text }
  }
}

/** Those of a whole have been said with its pieces. */
function logprobsOf(said: Said): { readonly logprobs?: JsonObject } {
  const logprobs = said.isWhole ? undefined : readLogprobs(said.logprobs)
  return logprobs === undefined ? {} : { logprobs }
}
