import type { Json } from '@gateway/core'

/** Seconds since 1970 of an RFC 3339 time; undefined for what is none. */
export function readCreated(createTime: Json | undefined): number | undefined {
  const milliseconds = typeof createTime === 'string' ? Date.parse(createTime) : Number.NaN
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000)
}

/** As RFC 3339; undefined beyond what a calendar holds. */
export function writeCreated(created: number | undefined): string | undefined {
  if (created === undefined || Math.abs(created) > LAST_SECOND) return undefined
  return new Date(created * 1000).toISOString()
}

const LAST_SECOND = 8_640_000_000_000
