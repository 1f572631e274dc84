import type { TokenClass, Usage } from '@gateway/core'
import type { Translation } from './translation.ts'

/** Reports the classes of tokens that were counted and that a protocol has no field for. Their totals include them all the same. */
export function dropUsageOf(classes: readonly TokenClass[], usage: Usage, translation: Translation): void {
  for (const tokenClass of classes) if ((usage[tokenClass]?.tokens ?? 0) > 0) translation.drop(`usage.${tokenClass}`)
}
