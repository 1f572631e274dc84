import type { Identity } from '../api.ts'

/** Without sampling parameters. Source: https://platform.claude.com/docs/en/api/migration-2026-10-21 */
export const NEWEST_VERSION = '2026-10-21'

export interface Refusal {
  readonly status: number
  readonly message: string
}

/** Whether the headers let a request in: a key, and a version that exists. `null` where they do. */
export function admission(headers: Readonly<Record<string, string>>, identity: Identity): Refusal | null {
  return checkKey(headers, identity.apiKey) ?? checkVersion(headers['anthropic-version'])
}

/** A key comes as `x-api-key`, or as a bearer token, which is how the vendor's SDK has sent it since version 1. */
function checkKey(headers: Readonly<Record<string, string>>, apiKey: string | null): Refusal | null {
  const key = headers['x-api-key']
  const token = headers['authorization']
  if (key !== undefined) return fits(key, apiKey) ? null : { status: 401, message: 'invalid x-api-key' }
  if (token === undefined) return { status: 401, message: 'x-api-key header is required' }
  return fits(token.replace(/^Bearer /, ''), apiKey) ? null : { status: 401, message: 'Invalid bearer token' }
}

function fits(key: string, apiKey: string | null): boolean {
  return key !== '' && (apiKey === null || key === apiKey)
}

const VERSIONS: readonly string[] = [NEWEST_VERSION, '2023-06-01', '2023-01-01']

function checkVersion(version: string | undefined): Refusal | null {
  if (version === undefined) return { status: 400, message: 'anthropic-version: header is required' }
  return VERSIONS.includes(version) ? null : { status: 400, message: `anthropic-version: "${version}" is not a valid version` }
}
