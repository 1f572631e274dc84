import type { Endpoint } from '../provider.ts'

/** What a JSON body needs, and the endpoint's own. */
export function jsonHeaders({ headers }: Endpoint, accept: string): Readonly<Record<string, string>> {
  return { accept, 'accept-encoding': UNCOMPRESSED, 'content-type': 'application/json', ...headers }
}

/** Not every transport decodes what is compressed, and tokens are too small to gain by it. */
export const UNCOMPRESSED = 'identity'
