import type { Catalogue, Clock, HealthBoard, ModelRequest, Next, RouteDecision, TokenCounter } from '@gateway/core'

export interface ServerParts {
  /** The request path, from `createGateway`. */
  readonly handle: Next
  /** Decides as the path would, and sends nothing. Throws as the path does. */
  readonly decide: (request: ModelRequest, strategy: string | undefined) => RouteDecision
  readonly catalogue: Catalogue
  readonly tokens: TokenCounter
  readonly health: HealthBoard
  readonly clock: Clock
  readonly settings: ServerSettings
  /** Keeps work alive after its reply: `waitUntil` of `cloudflare:workers` on Workers; elsewhere there is nothing to do. */
  readonly defer: (work: Promise<unknown>) => void
  /** True once no new request is taken. */
  readonly isDraining?: () => boolean
}

export interface ServerSettings {
  /** Stands in `GET /health`. */
  readonly version: string
  /** Where this runs: `node`, `bun` or the name of an edge location. */
  readonly edge: string
  /** The key that every caller must show; null lets everyone in. */
  readonly authToken: string | null
  /** Whether every request is refused that would lose something on the way to the model, not only one that asks for it. */
  readonly isStrict: boolean
  /** Between two comments on a stream that is silent, in milliseconds. */
  readonly keepAliveMs: number
  readonly maxBodyBytes: number
  /** The longest `retry-after` that a client is told, in milliseconds: vendors' clients wait for exactly as long as they are told. */
  readonly maxRetryAfterMs: number
}

/** What a deployment gets that says nothing. */
export const DEFAULT_SERVER_SETTINGS: ServerSettings = {
  version: '0.0.0',
  edge: 'local',
  authToken: null,
  isStrict: false,
  keepAliveMs: 15_000,
  maxBodyBytes: 25 * 1024 * 1024,
  maxRetryAfterMs: 60_000,
}

/** What a request carries from one handler to the next. */
export interface ServerEnv {
  Variables: { requestId: string }
}
