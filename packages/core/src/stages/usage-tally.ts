import type { ChatEvent } from '../language/chat-event.ts'
import { mergeUsage, type Figure, type Usage } from '../language/usage.ts'

/** Adds up what a stream used while it passes. */
export interface UsageTally {
  note(event: ChatEvent): void
  /** What is known now: the provider's figures, and an estimate marked as such where it has not said any. */
  usage(isComplete: boolean): Usage
}

/**
 * Without a figure from the provider, output is counted by deltas, since servers send about a token in each, or by
 * characters (four a token) where deltas are long. Input is the estimate of the request.
 */
export function createUsageTally(estimatedInputTokens: number): UsageTally {
  let stated: Usage = {}
  let deltas = 0
  let characters = 0
  return {
    note(event) {
      if (event.type === 'usage') stated = mergeUsage(stated, event.usage)
      const text = textOf(event)
      if (text === '') return
      deltas += 1
      characters += text.length
    },
    usage(isComplete) {
      const seen = deltas > 0 && characters / deltas > LONG_DELTA ? Math.ceil(characters / 4) : deltas
      const output: Figure = { tokens: seen, provenance: isComplete ? 'estimated' : 'partial' }
      if (seen === 0) return stated
      const isStated = (stated.output?.tokens ?? 0) > 0
      return { input: { tokens: estimatedInputTokens, provenance: 'estimated' }, ...stated, ...(isStated ? {} : { output }) }
    },
  }
}

/** Characters in an average delta above which it holds more than a token. */
const LONG_DELTA = 12

function textOf(event: ChatEvent): string {
  if (event.type === 'tool-call-delta') return event.arguments
  return event.type === 'text-delta' || event.type === 'reasoning-delta' || event.type === 'refusal-delta' ? event.text : ''
}
