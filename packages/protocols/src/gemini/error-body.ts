import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject } from '@gateway/core'
import { arrayOf, isJsonArray, numberOf, objectsOf, parseJson, stringOf } from '../json-fields.ts'

/** What a `google.rpc.Status` says. Nothing is scrubbed yet. */
export interface ErrorBody {
  readonly message: string
  /** `INVALID_ARGUMENT`, `RESOURCE_EXHAUSTED` … */
  readonly status?: string
  /** The HTTP status that stands in the body. */
  readonly code?: number
  /** The reason of its `ErrorInfo`: `API_KEY_INVALID`. */
  readonly reason?: string
  /** The field that is at fault. */
  readonly param?: string
  /** Ids of the quotas that were exceeded: `GenerateRequestsPerDayPerProjectPerModel-FreeTier`. */
  readonly quotas: readonly string[]
}

/** The error in a body or a chunk, or null where there is none: `{error: {…}}`, also as the only element of an array. */
export function findError(body: Json | undefined): ErrorBody | null {
  if (isJsonArray(body)) return findError(body.find(isJsonObject))
  if (!isJsonObject(body)) return null
  if (typeof body.error === 'string' && body.error !== '') return { message: body.error, quotas: [] }
  return isJsonObject(body.error) ? errorOf(body.error) : null
}

/** The error that a text is for sure, since its status says so. */
export function readErrorText(text: string): { readonly error: ErrorBody; readonly body: JsonObject | null } {
  const parsed = parseJson(text.replace(/^\s*data:/, ''))
  const first: unknown = Array.isArray(parsed) ? parsed.find(isJsonObject) : parsed
  const body = isJsonObject(first) ? first : null
  return { error: findError(body ?? undefined) ?? errorOf(body ?? {}), body }
}

function errorOf(error: JsonObject): ErrorBody {
  const details = objectsOf(error.details)
  const status = stringOf(error.status)
  const code = numberOf(error.code)
  const reason = details.map((detail) => stringOf(detail.reason)).find((found) => found !== undefined)
  const violations = details.flatMap((detail) => [...arrayOf(detail.fieldViolations), ...arrayOf(detail.violations)]).filter(isJsonObject)
  const param = violations.map(({ field }) => stringOf(field)).find((found) => found !== undefined)
  return {
    message: stringOf(error.message) ?? '',
    ...(status && { status }),
    ...(code !== undefined && { code }),
    ...(reason && { reason }),
    ...(param && { param }),
    quotas: violations.flatMap(({ quotaId }) => stringOf(quotaId) ?? []),
  }
}
