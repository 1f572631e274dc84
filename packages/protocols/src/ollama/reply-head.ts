import type { JsonObject } from '@gateway/core'
import { stringOf } from '../json-fields.ts'

/** What an answer says of itself. It has no id here: one is made of the time, which counts in nanoseconds. */
export interface ReplyHead {
  readonly id: string
  readonly model: string
  /** Seconds since 1970. */
  readonly created: number | undefined
  /** The time as it came, where `created` alone does not tell it. */
  readonly createdAt: string | undefined
}

export function readHead(body: JsonObject): ReplyHead {
  const createdAt = stringOf(body.created_at) ?? ''
  const milliseconds = Date.parse(createdAt)
  const created = Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000)
  const isTold = createdAt === '' || createdAt === writeTime(created)
  return {
    id: `ollama-${createdAt.replaceAll(/[^\dA-Za-z]/g, '')}`,
    model: stringOf(body.model) ?? '',
    created,
    createdAt: isTold ? undefined : createdAt,
  }
}

/** RFC 3339, in whole seconds. */
export function writeTime(created: number | undefined): string {
  const date = new Date((created ?? 0) * 1000)
  return Number.isNaN(date.getTime()) ? writeTime(0) : date.toISOString().replace('.000Z', 'Z')
}
