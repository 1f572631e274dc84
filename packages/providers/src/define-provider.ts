import {
  FREE,
  type ChatProtocol,
  type ChatSurface,
  type Endpoint,
  type Habits,
  type ModelList,
  type Price,
  type Provider,
  type Transport,
} from '@gateway/core'
import { toBaseUrl } from './base-url.ts'
import { chatSurfaces, type SpokenProtocol } from './chat-surfaces.ts'
import { openAiModelList } from './openai-model-list.ts'

/** What is the same for every deployment of a vendor or server. */
export interface ProviderDeclaration {
  /** In kebab-case; addresses the provider in `provider/model`. */
  readonly name: string
  /** A machine of one's own: free, and nothing leaves the house. */
  readonly isLocal: boolean
  /**
   * The public address with its path; null where each deployment has its own. An address without a path gets this one's.
   * Settings of a deployment may stand in it in braces: `{accountId}`, `{resource}`.
   */
  readonly address: string | null
  readonly protocol: ChatProtocol
  /** Behind the address. `/chat/completions` where absent. */
  readonly chatPath?: ChatSurface['path']
  /** Further chat protocols that it speaks; clients of these are passed through, and nobody is translated to them. */
  readonly alsoSpeaks?: readonly SpokenProtocol[]
  /** Chat protocols that only some deployments speak: the setting `protocols` names them. */
  readonly maySpeak?: readonly SpokenProtocol[]
  /** How it embeds texts; absent where it cannot. */
  readonly embeddings?: Provider['embeddings']
  /** True for a server of OpenAI's protocol: whatever else is asked under `/v1` is passed on to it. */
  readonly takesOther?: boolean
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
  /** Of the vendor's customer, where the address names it (Cloudflare). */
  readonly accountId?: string
  /** The name of the resource, where the address names it (Azure). */
  readonly resource?: string
  /** A dated version of the API, where the vendor has such (Azure). */
  readonly apiVersion?: string
  readonly apiKey?: string
  /** Several keys, which share the load by weight; one that the vendor refuses is passed over. */
  readonly apiKeys?: readonly (string | WeightedKey)[]
  /** The chat protocols that it speaks, by name; all others are translated to the first. Those of the declaration where absent. */
  readonly protocols?: readonly string[]
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
 * `GatewayError('invalid-configuration')` for an address that is none, and for a protocol that it does not speak.
 */
export function defineProvider(declaration: ProviderDeclaration): ProviderFactory {
  const factory = (settings: ProviderSettings = {}): Provider => {
    const name = settings.name ?? declaration.name
    const isLocal = settings.isLocal ?? declaration.isLocal
    return {
      name,
      isLocal,
      endpoints: endpointsOf(name, declaration, settings),
      chat: chatOf(name, declaration, settings),
      ...(declaration.embeddings ? { embeddings: declaration.embeddings } : {}),
      ...(declaration.takesOther ? { takesOther: true } : {}),
      serves: settings.serves ?? declaration.serves ?? [],
      modelList: declaration.modelList === undefined ? openAiModelList : declaration.modelList,
      ...(settings.transport ? { transport: settings.transport } : {}),
      ...priceOf(settings.price ?? declaration.price, isLocal),
    }
  }
  return Object.assign(factory, { declaration })
}

function endpointsOf(name: string, declaration: ProviderDeclaration, settings: ProviderSettings): Provider['endpoints'] {
  const baseUrl = toBaseUrl(name, declaration.address, settings)
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

function chatOf(name: string, declaration: ProviderDeclaration, settings: ProviderSettings): Provider['chat'] {
  const { protocol, chatPath = () => '/chat/completions', alsoSpeaks = [], maySpeak = [], habits } = declaration
  const own = { protocol, path: chatPath }
  return chatSurfaces({
    name,
    speaks: [own, ...alsoSpeaks],
    maySpeak,
    protocols: settings.protocols,
    habits: { ...habits, ...settings.habits },
  })
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
