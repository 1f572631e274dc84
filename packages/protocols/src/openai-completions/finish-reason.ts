import type { FinishReason } from '@gateway/core'

/** The list is closed, and shorter than that of chat: what it has no word for becomes the nearest. */
const WRITTEN = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'stop',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
  pause: 'stop',
  other: 'stop',
} as const satisfies Record<FinishReason, string>

export { readFinishReason } from '../openai-chat/finish-reason.ts'

export function writeFinishReason(reason: FinishReason): string {
  return WRITTEN[reason]
}
