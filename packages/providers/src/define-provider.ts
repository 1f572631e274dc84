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
  readonly chatPath?: (model: string, isStreaming: boolean) => string
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
  readonly isLocal?: boolean
  readonly headers?: Readonly<Record<string, string>>
  readonly serves?: readonly string[]
  readonly habits?: Habits
  readonly price?: Price
  /** Its own way to be reached, in place of the gateway's transport. */
  readonly transport?: Transport
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
      endpoint: endpointOf(name, declaration, settings),
      chat: chatOf(declaration, settings),
      serves: settings.serves ?? declaration.serves ?? [],
      modelList: declaration.modelList === undefined ? openAiModelList : declaration.modelList,
      ...(settings.transport ? { transport: settings.transport } : {}),
      ...priceOf(settings.price ?? declaration.price, isLocal),
    }
  }
  return Object.assign(factory, { declaration })
}

function endpointOf(name: string, declaration: ProviderDeclaration, settings: ProviderSettings): Endpoint {
  const headers = { ...declaration.headers, ...settings.headers, ...authentication(declaration, settings.apiKey) }
  return { name, baseUrl: toBaseUrl(name, settings.baseUrl, declaration.address), headers }
}

function chatOf({ protocol, chatPath, habits }: ProviderDeclaration, settings: ProviderSettings): ChatSurface {
  return { protocol, path: chatPath ?? (() => '/chat/completions'), habits: { ...habits, ...settings.habits } }
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
