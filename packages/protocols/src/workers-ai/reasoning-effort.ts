import type { Translation } from '../translation.ts'

/** The vendor's words are low, medium and high; what is less or more becomes the nearest. */
export function writeEffort(effort: string | undefined, model: string, translation: Translation): string | undefined {
  if (effort === undefined) return undefined
  const written = effort === 'none' && ALWAYS_THINKS.test(model) ? 'low' : (NEAREST.get(effort) ?? effort)
  if (written !== effort) translation.change('emulated', 'reasoning.effort')
  return written
}

const ALWAYS_THINKS = /gpt-oss/

const NEAREST: ReadonlyMap<string, string> = new Map([
  ['minimal', 'low'],
  ['xhigh', 'high'],
  ['max', 'high'],
])
