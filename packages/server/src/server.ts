import { GatewayError, type Catalogue, type Clock, type HealthBoard, type Next } from '@gateway/core'
import { openaiChat } from '@gateway/protocols'
import { Hono } from 'hono'
import { authenticate } from './authenticate.ts'
import { errorResponse } from './error-response.ts'
import { newRequestId } from './request-id.ts'
import { chatCompletions } from './routes/chat-completions.ts'
import { health } from './routes/health.ts'
import { getModel, listModels } from './routes/models.ts'

export interface ServerParts {
  /** The request path, from `createGateway`. */
  readonly handle: Next
  readonly catalogue: Catalogue
  readonly health: HealthBoard
  readonly clock: Clock
  readonly settings: ServerSettings
  /** Keeps work alive after its reply where there is no `ctx.waitUntil`. */
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
  keepAliveMs: 15_000,
  maxBodyBytes: 25 * 1024 * 1024,
  maxRetryAfterMs: 60_000,
}

/** What a request carries from one handler to the next. */
export interface ServerEnv {
  Variables: { requestId: string }
}

/** The app; its `fetch` serves any runtime. */
export type Server = Hono<ServerEnv>

/** The HTTP surface: read this list to know what is served. */
export function createServer(parts: ServerParts): Server {
  const app = new Hono<ServerEnv>()
  app.use(async (context, next) => {
    context.set('requestId', newRequestId())
    await next()
    context.header('x-request-id', context.get('requestId'))
  })
  app.get('/health', health(parts))
  app.use(authenticate(parts.settings.authToken))
  app.get('/v1/models', listModels(parts))
  app.get('/v1/models/:model{.+}', getModel(parts))
  app.post('/v1/chat/completions', chatCompletions(parts))
  for (const [path, allow] of ROUTES) {
    app.all(path, (context) => {
      context.header('allow', allow)
      throw new GatewayError('method-not-allowed', `${context.req.method} is not possible here; use ${allow}.`)
    })
  }
  app.notFound(() => {
    throw new GatewayError('not-found', 'There is nothing at this address.')
  })
  app.onError((error, context) => errorResponse(error, { context, protocol: openaiChat, settings: parts.settings }))
  return app
}

const ROUTES: readonly (readonly [path: string, allow: string])[] = [
  ['/health', 'GET'],
  ['/v1/models', 'GET'],
  ['/v1/models/:model{.+}', 'GET'],
  ['/v1/chat/completions', 'POST'],
]
