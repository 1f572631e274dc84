import type { FinishReason } from '@gateway/core'

/** Google's words. Calls of functions end in STOP too. Source: https://ai.google.dev/api/generate-content#FinishReason */
const READ: ReadonlyMap<string, FinishReason> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  // Not Google's own, but of servers that speak as it does.
  ['FUNCTION_CALL', 'tool-calls'],
  ['SAFETY', 'content-filter'],
  ['RECITATION', 'content-filter'],
  ['BLOCKLIST', 'content-filter'],
  ['PROHIBITED_CONTENT', 'content-filter'],
  ['SPII', 'content-filter'],
  ['MODEL_ARMOR', 'content-filter'],
  ['IMAGE_SAFETY', 'content-filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content-filter'],
  ['IMAGE_RECITATION', 'content-filter'],
])

/** What each of ours is in Google's words; the first of several. */
const WRITTEN = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  'tool-calls': 'STOP',
  'content-filter': 'SAFETY',
  refusal: 'SAFETY',
  pause: 'OTHER',
  other: 'OTHER',
} as const satisfies Record<FinishReason, string>

/** Whether the word says that the model has stopped. */
export function isFinishWord(word: string | undefined): word is string {
  return word !== undefined && word !== '' && word !== 'FINISH_REASON_UNSPECIFIED'
}

export function readFinishReason(word: string, hasCalls: boolean): FinishReason {
  const reason = READ.get(word) ?? 'other'
  return reason === 'stop' && hasCalls ? 'tool-calls' : reason
}

export function writeFinishReason(reason: FinishReason): string {
  return WRITTEN[reason]
}

/** The word where it says more than the reason that it was read as, else undefined. */
export function exactWord(word: string, reason: FinishReason): string | undefined {
  return writeFinishReason(reason) === word ? undefined : word
}
