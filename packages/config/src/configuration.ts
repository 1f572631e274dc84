import type { Habits, Provider, Strategy } from '@gateway/core'
import type { ProviderFactory } from '@gateway/providers'
import type { EnvReference } from './environment/env-reference.ts'

/** Gives an editor the types of a configuration; returns what it was given. */
export function defineConfig(configuration: Configuration): Configuration {
  return configuration
}

/** What people write in `gateway.config.*`: plain data in which any value may be an environment reference, and plug-ins in TypeScript. */
export interface Configuration extends Omit<Referable<ConfigurationData>, 'providers' | 'routing'> {
  /** By name. The order counts: of equally good ones the first is asked first. */
  readonly providers?: { readonly [name: string]: ProviderConfiguration | Provider }
  readonly routing?: Referable<RoutingData> & {
    /** Strategies of one's own, beside the built-in ones. */
    readonly strategies?: readonly Strategy[]
  }
}

/** A provider by its settings; `kind` may also be the factory that `defineProvider` made. */
export interface ProviderConfiguration extends Omit<Referable<ProviderData>, 'kind'> {
  readonly kind?: string | EnvReference | ProviderFactory
}

/** The same shape, in which each value may be an environment reference. */
export type Referable<T> = T extends string | number | boolean ? T | EnvReference : { readonly [Key in keyof T]: Referable<T[Key]> }

/** A configuration whose references are resolved and whose plug-ins are taken out: what the schema describes. */
export interface ConfigurationData {
  /** For editors. */
  readonly $schema?: string
  readonly providers?: { readonly [name: string]: ProviderData }
  /** What clients may call a model, and who serves it. Models that providers list themselves need no entry. */
  readonly models?: { readonly [name: string]: ModelData }
  readonly routing?: RoutingData
  readonly server?: ServerData
  readonly auth?: {
    /** The bearer token that clients must show; everyone is let in where absent. */
    readonly token?: string
  }
  readonly storage?: {
    /** The SQLite file of the request log. Default `.gateway/gateway.db`. */
    readonly path?: string
  }
  readonly log?: { readonly level?: LogLevel }
  readonly health?: {
    /** How often the providers' model lists are asked for. Default 60. */
    readonly intervalSec?: number
  }
  /** Offers the built-in model `simulated`. Default: only where no provider is configured. */
  readonly simulated?: boolean
}

export interface ProviderData {
  /** A kind of `@gateway/providers`. Default: the provider's name where that is one, else `openai-compatible`. */
  readonly kind?: string
  readonly baseUrl?: string
  /** Of the vendor's customer, where the address names it: `workers-ai`. */
  readonly accountId?: string
  /** The name of the resource, where the address names it: `azure-openai`. */
  readonly resource?: string
  /** A dated version of the API: `azure-openai` by its older addresses. */
  readonly apiVersion?: string
  readonly apiKey?: string
  /** Several keys, which share the load; one that the vendor refuses is passed over. */
  readonly apiKeys?: readonly (string | WeightedKeyData)[]
  /** The chat protocols that it speaks; all others are translated to the first. Default: those of the kind. */
  readonly protocols?: readonly string[]
  /** A machine of one's own: `local-first` prefers it, and it is free where no price is set. */
  readonly isLocal?: boolean
  readonly headers?: { readonly [name: string]: string }
  /** Models and patterns (`gpt-*`) that it serves besides those that it lists. */
  readonly serves?: readonly string[]
  readonly price?: PriceData
  readonly habits?: Habits
}

export interface WeightedKeyData {
  readonly key: string
  /** Its share beside the other keys. Default 1. */
  readonly weight?: number
}

/** US dollars: for a million tokens of a class, and for each request. */
export interface PriceData {
  readonly input?: number
  readonly output?: number
  readonly cachedInput?: number
  readonly cacheWrite?: number
  readonly reasoning?: number
  readonly inputAudio?: number
  readonly outputAudio?: number
  readonly inputImage?: number
  readonly outputImage?: number
  readonly perRequest?: number
}

export interface ModelData {
  readonly aliases?: readonly string[]
  /** With `*` for any run of characters; the target gets the name that the client used. */
  readonly patterns?: readonly string[]
  /** Tokens. */
  readonly contextWindow?: number
  /** `provider/model`, or `provider` where the model has the same name there. */
  readonly targets: readonly (string | TargetData)[]
}

export interface TargetData {
  readonly provider: string
  readonly model?: string
  readonly price?: PriceData
}

export interface RoutingData {
  /** Default `cost-optimized`. */
  readonly strategy?: string
  /** Refuse a request that would lose something on the way to the model, as `x-gateway-strict: true` does for one. Default false. */
  readonly strict?: boolean
  readonly failover?: {
    readonly enabled?: boolean
    /** Tries at all targets together, the first included. Default 3. */
    readonly maxAttempts?: number
  }
  /** Milliseconds; `AttemptClocks` of `@gateway/core` says what each one means. */
  readonly clocks?: {
    readonly connectMs?: number
    readonly firstByteMs?: number
    /** Default: ten times `firstByteMs`. */
    readonly wholeReplyMs?: number
    readonly idleMs?: number
    readonly totalMs?: number
  }
  readonly backoff?: { readonly initialMs?: number; readonly maxMs?: number }
}

export interface ServerData {
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string
  /** Default 8787; 0 takes any free one. */
  readonly port?: number
  /** Between comments that keep a silent stream open. Default 15,000. */
  readonly keepAliveMs?: number
  /** What open streams get at shutdown. Default 30,000. */
  readonly drainMs?: number
  /** The largest request. Default 25 MiB. */
  readonly maxBodyBytes?: number
}

/** From all to none. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]
