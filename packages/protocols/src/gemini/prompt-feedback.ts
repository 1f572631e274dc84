import { isJsonObject } from '@gateway/core'
import type { Json } from '@gateway/core'
import { stringOf } from '../json-fields.ts'
import { camelFields } from './field-names.ts'

/** Whether a `promptFeedback` says that nothing was answered, and why. */
export function isBlocked(feedback: Json | undefined): boolean {
  if (!isJsonObject(feedback)) return false
  const reason = stringOf(camelFields(feedback).blockReason) ?? ''
  return reason !== '' && reason !== 'BLOCK_REASON_UNSPECIFIED' && reason !== 'BLOCKED_REASON_UNSPECIFIED'
}
