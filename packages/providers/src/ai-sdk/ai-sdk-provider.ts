import type { JsonObject, Price, Provider } from '@gateway/core'
import { defineProvider } from '../define-provider.ts'
import type { LanguageModels } from './language-model.ts'
import { aiSdkProtocol } from './protocol.ts'
import { aiSdkTransport } from './transport.ts'

export interface AiSdkSettings {
  /** In kebab-case; addresses the provider in `provider/model`. */
  readonly name: string
  /** By the names under which clients ask for them. Each brings its own key. */
  readonly models: LanguageModels
  readonly isLocal?: boolean
  readonly price?: Price
  /** Options of a vendor's own for every call, as the AI SDK has them: `{ anthropic: { … } }`. */
  readonly providerOptions?: JsonObject
}

/**
 * Bridges models of the Vercel AI SDK, so that whatever has a package there can be routed to. Tools, images, reasoning, usage and
 * finish reasons are carried, an aborted request aborts the model's own; what the AI SDK has no word for is reported as dropped.
 *
 *     aiSdkProvider({ name: 'bedrock', models: { 'nova-pro': bedrock('us.amazon.nova-pro-v1:0') } })
 */
export function aiSdkProvider({ name, models, isLocal = false, price, providerOptions = {} }: AiSdkSettings): Provider {
  return defineProvider({
    name,
    isLocal,
    address: 'http://ai-sdk.invalid',
    protocol: aiSdkProtocol(models),
    chatPath: () => '/call',
    modelList: null,
    serves: Object.keys(models),
    ...(price ? { price } : {}),
  })({ transport: aiSdkTransport(models, providerOptions) })
}
