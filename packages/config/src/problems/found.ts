import type { Path } from '../shape/tree.ts'

export interface FoundAt {
  readonly path: Path
  /** The environment variable that the value came from. */
  readonly variable: string | undefined
  /** A number, a flag or one name of a few was expected: what stands there is a mistake in writing. */
  readonly isChoice: boolean
}

/** What stands at a path, for an error: shown where it helps and cannot be a secret, else only what sort of thing it is. */
export function found(value: unknown, at: FoundAt): string {
  if (typeof value === 'string') return at.isChoice && value.length <= MAX_SHOWN && !mayBeSecret(at) ? JSON.stringify(value) : 'text'
  if (typeof value === 'number' || typeof value === 'boolean') return mayBeSecret(at) ? `a ${typeof value}` : String(value)
  return sortOf(value)
}

/** Keys are longer than the longest name of a strategy. */
const MAX_SHOWN = 24

function mayBeSecret({ path, variable = '' }: FoundAt): boolean {
  return path.some((key) => SECRET_FIELDS.has(String(key))) || /KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH/i.test(variable)
}

const SECRET_FIELDS: ReadonlySet<string> = new Set(['apiKey', 'apiKeys', 'headers', 'auth'])

function sortOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
