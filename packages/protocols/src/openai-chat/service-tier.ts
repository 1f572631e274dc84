import type { JsonObject } from '@gateway/core'
import { stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'

/** Fields of an answer without a `service_tier` that OpenAI has no such word for: its list is closed, and Groq has words of its own. */
export function withoutForeignTier(fields: JsonObject, translation?: Translation): JsonObject {
  if (fields.service_tier == null || TIERS.has(stringOf(fields.service_tier) ?? '')) return fields
  translation?.drop('service_tier')
  const { service_tier: _, ...others } = fields
  return others
}

const TIERS: ReadonlySet<string> = new Set(['auto', 'default', 'flex', 'scale', 'priority', 'fast'])
