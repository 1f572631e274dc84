import type { FinishReason, JsonObject } from '@gateway/core'
import { objectOf, stringOf } from '../json-fields.ts'

/** How an answer ended: a finish reason, and the status that stands for it where the table has none. */
export interface Finish {
  readonly reason: FinishReason
  /** The vendor's own word, where it is none of those that the language knows. */
  readonly status?: string
}

/** What a response says of its end. One that has calls of the client's tools waits for their results. */
export function readFinish(response: JsonObject, hasCalls: boolean): Finish {
  const status = stringOf(response.status) ?? 'completed'
  if (status === 'incomplete') return readIncomplete(stringOf(objectOf(response.incomplete_details).reason) ?? '')
  if (UNFINISHED.has(status)) return { reason: 'other', status }
  return { reason: hasCalls ? 'tool-calls' : 'stop' }
}

/** `status` and `incomplete_details` of an answer. */
export function writeFinish(reason: FinishReason): { readonly status: string; readonly incomplete_details: JsonObject | null } {
  const details = INCOMPLETE[reason]
  return { status: details === null ? 'completed' : 'incomplete', incomplete_details: details === null ? null : { reason: details } }
}

/** A background answer that is still being made, or that somebody has stopped. */
const UNFINISHED: ReadonlySet<string> = new Set(['queued', 'in_progress', 'cancelled'])

const INCOMPLETE = {
  stop: null,
  length: 'max_output_tokens',
  'tool-calls': null,
  'content-filter': 'content_filter',
  refusal: 'content_filter',
  pause: null,
  other: null,
} as const satisfies Record<FinishReason, string | null>

function readIncomplete(reason: string): Finish {
  if (reason === 'max_output_tokens' || reason === 'max_tokens') return { reason: 'length' }
  if (reason === 'content_filter') return { reason: 'content-filter' }
  return { reason: 'other', status: 'incomplete' }
}
