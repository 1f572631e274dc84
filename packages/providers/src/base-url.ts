import { GatewayError } from '@gateway/core'

/**
 * The address of a deployment, else the declaration's. People write `http://host:8080` and `http://host:8080/v1` for the same
 * server: an address without a path gets the declaration's.
 */
export function toBaseUrl(provider: string, configured: string | undefined, declared: string | null): string {
  const address = configured ?? declared
  if (address === null)
    throw new GatewayError('invalid-configuration', `Provider '${provider}' needs a baseUrl, for example http://127.0.0.1:8000/v1.`)
  const url = parse(provider, address)
  const path = trimSlashes(url.pathname)
  const declaredPath = declared === null ? '/v1' : trimSlashes(new URL(declared).pathname)
  return url.origin + (path === '' ? declaredPath : path)
}

function parse(provider: string, address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '') return url
  throw new GatewayError(
    'invalid-configuration',
    `Provider '${provider}': expected an http or https address without user and password as baseUrl, for example http://127.0.0.1:8000/v1.`,
  )
}

function trimSlashes(path: string): string {
  return path.replace(/\/+$/, '')
}
