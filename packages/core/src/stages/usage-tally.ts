import type { ChatEvent } from '../language/chat-event.ts'
import type { ChatReply } from '../language/chat-reply.ts'
import { mergeUsage, type Figure, type Provenance, type Usage } from '../language/usage.ts'

/** Adds up what a stream used while it passes. */
export interface UsageTally {
  note(event: ChatEvent): void
  /** What is known now: the provider's figures, and an estimate marked as such where it has not said any. */
  usage(isComplete: boolean): Usage
}

/**
 * Without a figure from the provider, output is counted by deltas, since servers send about a token in each, or by
 * characters (four a token) where deltas are long. Input is the estimate of the request. In a stream that broke off, output is
 * at least what was seen: vendors that state usage from the start state one token there.
 */
export function createUsageTally(estimatedInputTokens: number): UsageTally {
  let stated: Usage = {}
  let isFinished = false
  let deltas = 0
  let characters = 0
  const seen = (): number => (deltas > 0 && characters / deltas > LONG_DELTA ? Math.ceil(characters / 4) : deltas)
  return {
    note(event) {
      if (event.type === 'usage') stated = mergeUsage(stated, event.usage)
      if (event.type === 'finish') isFinished = true
      const text = textOf(event)
      if (text === '') return
      deltas += 1
      characters += text.length
    },
    usage(isComplete) {
      const input = statedOr(stated.input, estimate(estimatedInputTokens, 'estimated'))
      if (isComplete || isFinished) {
        return { ...stated, input, output: statedOr(stated.output, estimate(seen(), isComplete ? 'estimated' : 'partial')) }
      }
      return { ...stated, input, output: estimate(Math.max(stated.output?.tokens ?? 0, seen()), 'partial') }
    },
  }
}

/** For answers that are no text: what the provider states, and nothing else. */
export function createStatedTally(): UsageTally {
  let stated: Usage = {}
  return {
    note(event) {
      if (event.type === 'usage') stated = mergeUsage(stated, event.usage)
    },
    usage: () => stated,
  }
}

/** The usage of a whole answer: the provider's figures, and by characters (four a token) where it has not said any. */
export function usageOfReply(reply: ChatReply, estimatedInputTokens: number): Usage {
  const texts = reply.choices.flatMap((choice) => choice.content.map((part) => textIn(part)))
  const characters = texts.reduce((sum, text) => sum + text.length, 0)
  return {
    ...reply.usage,
    input: statedOr(reply.usage.input, estimate(estimatedInputTokens, 'estimated')),
    output: statedOr(reply.usage.output, estimate(Math.ceil(characters / 4), 'estimated')),
  }
}

/** Characters in an average delta above which it holds more than a token. */
const LONG_DELTA = 12

function estimate(tokens: number, provenance: Provenance): Figure {
  return { tokens, provenance }
}

/** Some servers state zero for what they did not count. */
function statedOr(stated: Figure | undefined, estimated: Figure): Figure {
  return stated && (stated.tokens > 0 || estimated.tokens === 0) ? stated : estimated
}

function textOf(event: ChatEvent): string {
  if (event.type === 'tool-call-start') return event.name
  if (event.type === 'tool-call-delta') return event.arguments
  return event.type === 'text-delta' || event.type === 'reasoning-delta' || event.type === 'refusal-delta' ? event.text : ''
}

function textIn(part: ChatReply['choices'][number]['content'][number]): string {
  if (part.type === 'tool-call') return part.name + part.arguments
  return part.type === 'opaque' ? '' : part.text
}
