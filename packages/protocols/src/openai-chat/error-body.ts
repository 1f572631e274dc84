import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject } from '@gateway/core'
import { arrayOf, numberOf, objectOf, objectsOf, stringOf } from '../json-fields.ts'

/** What an error says about itself, in whichever of the servers' shapes. Nothing is scrubbed yet. */
export interface ErrorBody {
  readonly message: string
  readonly type?: string
  readonly code?: string
  readonly param?: string
  /** An HTTP status that stands in the body. */
  readonly status?: number
}

/**
 * The error in a body or a frame, or null where there is none: OpenAI's `{error: {…}}`, the same in an array (Google's
 * compatible address), `{error: "…"}` (Ollama), `{object: "error", …}` (vLLM), `{success: false, errors: [{…}]}`
 * (Cloudflare), `{detail: …}` (FastAPI).
 */
export function findError(body: Json | undefined): ErrorBody | null {
  if (Array.isArray(body)) return findError(arrayOf(body)[0])
  if (!isJsonObject(body)) return null
  if (typeof body.error === 'string' && body.error !== '') return errorOf({ ...body, message: body.error })
  if (isJsonObject(body.error) && Object.keys(body.error).length > 0) return errorOf(body.error)
  if (body.object === 'error') return errorOf(body)
  const [first] = objectsOf(body.errors)
  if (first !== undefined) return errorOf(first)
  return null
}

/** As `findError`, of a body that is an error for sure, since its status or its event's name says so. */
export function readErrorBody(body: Json | undefined): ErrorBody {
  const object = objectOf(body)
  const found = findError(body)
  if (found !== null) return found
  const detail = stringOf(object.detail) ?? stringOf(objectsOf(object.detail)[0]?.msg)
  return errorOf(detail === undefined ? object : { ...object, message: detail })
}

function errorOf(error: JsonObject): ErrorBody {
  const code = stringOf(error.code) ?? stringOf(error.status)
  const type = stringOf(error.type)
  const param = stringOf(error.param)
  const status = statusOf(error)
  return {
    message: stringOf(error.message) ?? '',
    ...(type && { type }),
    ...(code && { code }),
    ...(param && { param }),
    ...(status !== undefined && { status }),
  }
}

function statusOf(error: JsonObject): number | undefined {
  return [error.code, error.status_code, error.status]
    .map((value) => numberOf(value) ?? Number(stringOf(value) ?? Number.NaN))
    .find((value) => Number.isInteger(value) && value >= 400 && value <= 599)
}
