import type { AttemptPolicy, ModelEntry, Provider, Strategy } from '@gateway/core'
import type { LogLevel } from './configuration.ts'

/** A configuration that was checked and completed. Holds secrets: print only what `redact` makes of it. */
export interface Settings {
  /** The file that they came from, or `the environment`. */
  readonly source: string
  readonly providers: readonly ConfiguredProvider[]
  /** Whether the built-in model `simulated` is offered. */
  readonly isSimulated: boolean
  readonly models: readonly ModelEntry[]
  /** The default first. */
  readonly strategies: readonly Strategy[]
  readonly policy: AttemptPolicy
  /** Whether every request is strict. */
  readonly isStrict: boolean
  readonly server: ServerSettings
  /** Null lets everyone in. */
  readonly token: string | null
  readonly storage: { readonly path: string }
  readonly logLevel: LogLevel
  readonly healthIntervalMs: number
  /** What works and is probably not meant, for a person at the start. Without secrets. */
  readonly warnings: readonly string[]
}

export interface ConfiguredProvider {
  readonly provider: Provider
  /** Nobody asked for it: it is looked for at its usual place, and no fault where it is not there. */
  readonly isLookedFor: boolean
}

export interface ServerSettings {
  readonly host: string
  readonly port: number
  readonly keepAliveMs: number
  readonly drainMs: number
  readonly maxBodyBytes: number
}
