import type { Warning } from './protocol.ts'

/**
 * Warnings as a header and the log show them: `dropped:logit_bias`. A field's name may be a client's own invention, and there may be
 * a million of them: at most 20, of at most 64 characters each, and `more:4980` for the rest.
 */
export function warningNames(warnings: readonly Warning[]): readonly string[] {
  const names = warnings.slice(0, MAX_NAMES).map(({ change, field }) => `${change}:${shortened(field)}`)
  return warnings.length > MAX_NAMES ? [...names, `more:${warnings.length - MAX_NAMES}`] : names
}

const MAX_NAMES = 20
const MAX_FIELD_LENGTH = 64

function shortened(field: string): string {
  return field.length > MAX_FIELD_LENGTH ? `${field.slice(0, MAX_FIELD_LENGTH)}…` : field
}
