import type { JsonObject } from '@gateway/core'
import { errorOf } from './error-body.ts'
import { statusOf } from './judge-error.ts'

/** What the REST API would have answered. */
export interface ErrorAnswer {
  readonly status: number
  readonly body: JsonObject
}

/**
 * An exception of `env.AI.run` as the answer that the REST API gives for the same: the binding says what went wrong in its message
 * alone (`InferenceUpstreamError: 3040: Capacity temporarily exceeded`), so that the number there tells the status. 500 where it has none.
 */
export function answerOfBindingError(thrown: unknown): ErrorAnswer {
  const error = errorOf({ message: messageOf(thrown), ...codeOf(thrown) })
  return { status: statusOf(error), body: { result: null, success: false, errors: [{ ...error }], messages: [] } }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

function codeOf(thrown: unknown): JsonObject {
  const code: unknown = typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, 'code') : undefined
  return typeof code === 'number' || typeof code === 'string' ? { code } : {}
}
