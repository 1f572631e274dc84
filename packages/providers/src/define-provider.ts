import {
  FREE,
  isJsonObject,
  type ChatProtocol,
  type ChatSurface,
  type Endpoint,
  type Habits,
  type ListedModel,
  type ModelList,
  type Price,
  type Provider,
  type Transport,
} from '@gateway/core'
import { toBaseUrl } from './base-url.ts'

/** What is the same for every deployment of a vendor or server. */
export interface ProviderDeclaration {
  /** In kebab-case; addresses the provider in `provider/model`. */
  readonly name: string
  /** A machine of one's own: free, and nothing leaves the house. */
  readonly isLocal: boolean
  /** The public address with its path; null where each deployment has its own. An address without a path gets this one's. */
  readonly address: string | null
  readonly protocol: ChatProtocol
  /** Behind the address. `/chat/completions` where absent. */
  readonly chatPath?: ChatSurface['path']
  /** Further chat protocols that it speaks; clients of these are passed through, and nobody is translated to them. */
  readonly alsoSpeaks?: readonly Pick<ChatSurface, 'protocol' | 'path'>[]
  /** OpenAI's `GET /models` where absent; null where the vendor has no list. */
  readonly modelList?: ModelList | null
  /** Headers that carry the key, names in lower case. A bearer token where absent. */
  readonly authenticate?: (apiKey: string) => Readonly<Record<string, string>>
  /** Headers that every request needs. */
  readonly headers?: Readonly<Record<string, string>>
  /** Models and patterns that it serves without being asked for its list. */
  readonly serves?: readonly string[]
  readonly habits?: Habits
  readonly price?: Price
}

/** What one deployment says of its own. */
export interface ProviderSettings {
  /** Another name, where a deployment has two of a kind. */
  readonly name?: string
  readonly baseUrl?: string
  readonly apiKey?: string
  /** Several keys, which share the load by weight; one that the vendor refuses is passed over. */
  readonly apiKeys?: readonly (string | WeightedKey)[]
  readonly isLocal?: boolean
  readonly headers?: Readonly<Record<string, string>>
  readonly serves?: readonly string[]
  readonly habits?: Habits
  readonly price?: Price
  /** Its own way to be reached, in place of the gateway's transport. */
  readonly transport?: Transport
}

export interface WeightedKey {
  readonly key: string
  /** 1 where absent. */
  readonly weight?: number
}

export interface ProviderFactory {
  (settings?: ProviderSettings): Provider
  readonly declaration: ProviderDeclaration
}

/**
 * Declares a provider. The factory joins the declaration with the settings of a deployment; it throws
 * `GatewayError('invalid-configuration')` for an address that is none.
 */
export function defineProvider(declaration: ProviderDeclaration): ProviderFactory {
  const factory = (settings: ProviderSettings = {}): Provider => {
    const name = settings.name ?? declaration.name
    const isLocal = settings.isLocal ?? declaration.isLocal
    return {
      name,
      isLocal,
      endpoints: endpointsOf(name, declaration, settings),
      chat: chatOf(declaration, settings),
      serves: settings.serves ?? declaration.serves ?? [],
      modelList: declaration.modelList === undefined ? openAiModelList : declaration.modelList,
      ...(settings.transport ? { transport: settings.transport } : {}),
      ...priceOf(settings.price ?? declaration.price, isLocal),
    }
  }
  return Object.assign(factory, { declaration })
}

function endpointsOf(name: string, declaration: ProviderDeclaration, settings: ProviderSettings): Provider['endpoints'] {
  const baseUrl = toBaseUrl(name, settings.baseUrl, declaration.address)
  const [first = {}, ...others] = keysOf(settings)
  const endpointOf = ({ key, weight = 1 }: Partial<WeightedKey>, index: number): Endpoint => ({
    name: others.length === 0 ? name : `${name}#${index + 1}`,
    baseUrl,
    headers: { ...declaration.headers, ...settings.headers, ...authentication(declaration, key) },
    weight,
  })
  return [endpointOf(first, 0), ...others.map((key, index) => endpointOf(key, index + 1))]
}

function keysOf({ apiKey, apiKeys = [] }: ProviderSettings): readonly WeightedKey[] {
  const several = apiKeys.map((key) => (typeof key === 'string' ? { key } : key))
  return apiKey === undefined ? several : [{ key: apiKey }, ...several]
}

function chatOf({ protocol, chatPath, alsoSpeaks = [], habits }: ProviderDeclaration, settings: ProviderSettings): Provider['chat'] {
  const own = { ...habits, ...settings.habits }
  return [
    { protocol, path: chatPath ?? (() => '/chat/completions'), habits: own },
    ...alsoSpeaks.map((surface) => ({ ...surface, habits: own })),
  ]
}

function priceOf(price: Price | undefined, isLocal: boolean): { readonly price?: Price } {
  const known = price ?? (isLocal ? FREE : undefined)
  return known ? { price: known } : {}
}

function authentication({ authenticate = bearer }: ProviderDeclaration, apiKey: string | undefined): Readonly<Record<string, string>> {
  return apiKey ? authenticate(apiKey) : {}
}

function bearer(apiKey: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${apiKey}` }
}

/** OpenAI's list, which most servers copy: `{ data: [{ id }] }`. Groq and OpenRouter add the context window. */
export const openAiModelList: ModelList = {
  path: '/models',
  read(body) {
    const rows = isJsonObject(body) && Array.isArray(body['data']) ? body['data'] : []
    return rows.flatMap((row: unknown) => (isJsonObject(row) && typeof row['id'] === 'string' ? [listed(row['id'], row)] : []))
  },
}

function listed(name: string, row: { readonly [field: string]: unknown }): ListedModel {
  const contextWindow = [row['context_window'], row['context_length']].find((value) => typeof value === 'number')
  return typeof contextWindow === 'number' ? { name, contextWindow } : { name }
}
