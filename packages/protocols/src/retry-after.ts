import type { ErrorResponse, JsonObject } from '@gateway/core'
import { objectOf, objectsOf, stringOf } from './json-fields.ts'

/**
 * How long an upstream asks to be left alone, in milliseconds: `retry-after-ms`, `x-ms-retry-after-ms`, `retry-after` in
 * seconds or as an HTTP date (RFC 9110), else Google's `RetryInfo` in the body ("37s"). A date that has passed is 0. What
 * is negative or no number is ignored; what is longer than a day is a day.
 */
export function readRetryAfter(response: ErrorResponse, body: JsonObject | null): number | undefined {
  const candidates = [
    milliseconds(response.header('retry-after-ms')),
    milliseconds(response.header('x-ms-retry-after-ms')),
    secondsOrDate(response.header('retry-after'), response.nowMs),
    retryInfo(body),
  ]
  const found = candidates.find((candidate) => candidate !== undefined)
  return found === undefined ? undefined : Math.min(found, MAX_MS)
}

const MAX_MS = 24 * 60 * 60 * 1000
const DECIMAL = /^\d{1,15}(?:\.\d{1,9})?$/

function milliseconds(value: string | null): number | undefined {
  const text = value?.trim() ?? ''
  return DECIMAL.test(text) ? Math.ceil(Number(text)) : undefined
}

function secondsOrDate(value: string | null, nowMs: number): number | undefined {
  const text = value?.trim() ?? ''
  if (DECIMAL.test(text)) return Math.ceil(Number(text) * 1000)
  // Date.parse takes "-5" and "12abc" for years; an HTTP date always has its weekday in front.
  const dateMs = /^[a-z]{3,9},? /i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs)
}

function retryInfo(body: JsonObject | null): number | undefined {
  const details = objectsOf(objectOf(body?.error).details)
  const delay = details.map((detail) => stringOf(detail.retryDelay)).find((text) => text !== undefined)
  if (delay === undefined || !delay.endsWith('s')) return undefined
  return secondsOrDate(delay.slice(0, -1), 0)
}
