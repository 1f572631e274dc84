import { GatewayError } from '@gateway/core'
import { openaiChat } from '@gateway/protocols'
import { Hono } from 'hono'
import { authenticate } from './authenticate.ts'
import { errorResponse } from './error-response.ts'
import { newRequestId } from './request-id.ts'
import { chatCompletions } from './routes/chat-completions.ts'
import { health } from './routes/health.ts'
import { getModel, listModels } from './routes/models.ts'
import type { ServerEnv, ServerParts } from './server-parts.ts'

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
