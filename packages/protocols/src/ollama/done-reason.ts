import type { FinishReason } from '@gateway/core'

/** Older servers say nothing but `done`. A model that calls tools stops to do so, which the server does not tell apart. */
export function readDoneReason(word: string | undefined, hasCalls: boolean): FinishReason {
  if (word === 'length') return 'length'
  if (word === undefined || word === '' || word === 'stop') return hasCalls ? 'tool-calls' : 'stop'
  return 'other'
}

/** What the protocol has no word for is a stop. */
const WRITTEN = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'stop',
  'content-filter': 'stop',
  refusal: 'stop',
  pause: 'stop',
  other: 'stop',
} as const satisfies Record<FinishReason, string>

export function writeDoneReason(reason: FinishReason): string {
  return WRITTEN[reason]
}
