import { GatewayError } from '@gateway/core'

/** Settings that an address may name in braces: `https://{resource}.openai.azure.com`. */
export interface AddressSettings {
  readonly baseUrl?: string
  readonly accountId?: string
  readonly resource?: string
}

/**
 * The address of a deployment, else the declaration's. People write `http://host:8080` and `http://host:8080/v1` for the same
 * server: an address without a path gets the declaration's. Throws `GatewayError('invalid-configuration')` for an address that is
 * none, and where a setting is missing that it names.
 */
export function toBaseUrl(provider: string, declared: string | null, settings: AddressSettings): string {
  const [, origin = '', path = ''] = /^(https?:\/\/[^/]+)(.*)$/.exec(declared ?? '') ?? []
  if (settings.baseUrl !== undefined) {
    const url = parse(provider, settings.baseUrl)
    const ownPath = trimSlashes(url.pathname)
    return url.origin + (ownPath === '' ? trimSlashes(declared === null ? '/v1' : fill(provider, path, settings)) : ownPath)
  }
  if (declared === null) throw invalid(`Provider '${provider}' needs a baseUrl, for example http://127.0.0.1:8000/v1.`)
  return trimSlashes(parse(provider, fill(provider, origin + path, settings)).href)
}

function fill(provider: string, template: string, settings: AddressSettings): string {
  const known: { readonly [name: string]: string | undefined } = { accountId: settings.accountId, resource: settings.resource }
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = known[name]
    if (value === undefined) throw invalid(`Provider '${provider}' needs the setting ${name}, or a baseUrl.`)
    return encodeURIComponent(value)
  })
}

function parse(provider: string, address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '') return url
  throw invalid(
    `Provider '${provider}': expected an http or https address without user and password as baseUrl, for example http://127.0.0.1:8000/v1.`,
  )
}

function trimSlashes(path: string): string {
  return path.replace(/\/+$/, '')
}

function invalid(message: string): GatewayError {
  return new GatewayError('invalid-configuration', message)
}
