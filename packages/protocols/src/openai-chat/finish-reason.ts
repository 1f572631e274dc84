import type { FinishReason } from '@gateway/core'

/** OpenAI's words, and those that compatible servers have been seen to use in their place. */
const READ: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
  ['tool_calls', 'tool-calls'],
  ['tool_call', 'tool-calls'],
  ['tool_use', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['content_filter', 'content-filter'],
])

/** OpenAI's list is closed, and its clients check it: what it has no word for becomes the nearest. */
const WRITTEN = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
  pause: 'stop',
  other: 'stop',
} as const satisfies Record<FinishReason, string>

export function readFinishReason(word: string): FinishReason {
  return READ.get(word) ?? 'other'
}

export function writeFinishReason(reason: FinishReason): string {
  return WRITTEN[reason]
}
