import { GatewayError, type ChatProtocol } from '@gateway/core'
import { anthropicMessages, gemini, openaiChat, openaiCompletions, openaiEmbeddings, openaiResponses } from '@gateway/protocols'
import { Hono, type Handler } from 'hono'
import { authenticate } from './authenticate.ts'
import { errorResponse } from './error-response.ts'
import { newRequestId } from './request-id.ts'
import { chat } from './routes/chat.ts'
import { countMessages } from './routes/count-tokens.ts'
import { embeddings } from './routes/embeddings.ts'
import { geminiMethod } from './routes/gemini.ts'
import { health } from './routes/health.ts'
import { modelOptions } from './routes/model-options.ts'
import { getModel, listModels } from './routes/models.ts'
import { other } from './routes/other.ts'
import { checkRequest, checkRoute } from './routes/route-check.ts'
import { tokenize } from './routes/tokenize.ts'
import type { ServerEnv, ServerParts } from './server-parts.ts'

/** The app; its `fetch` serves any runtime. */
export type Server = Hono<ServerEnv>

type Method = 'GET' | 'POST'
type Route = readonly [method: Method, path: string, handler: Handler<ServerEnv>]

/** The HTTP surface: read this list to know what is served. */
function routes(parts: ServerParts): readonly Route[] {
  return [
    ['POST', '/v1/chat/completions', chat(parts, openaiChat)],
    // Groq's client has all its addresses behind /openai.
    ['POST', '/openai/v1/chat/completions', chat(parts, openaiChat)],
    ['POST', '/openai/v1/responses', chat(parts, openaiResponses)],
    ['POST', '/openai/v1/embeddings', embeddings(parts, openaiEmbeddings)],
    ['GET', '/openai/v1/models', listModels(parts)],
    ['GET', '/openai/v1/models/:address{.+}', getModel(parts)],
    ['POST', '/v1/responses', chat(parts, openaiResponses)],
    ['POST', '/v1/completions', chat(parts, openaiCompletions)],
    ['POST', '/v1/embeddings', embeddings(parts, openaiEmbeddings)],
    ['POST', '/v1/messages', chat(parts, anthropicMessages)],
    ['POST', '/v1/messages/count_tokens', countMessages(parts)],
    ['POST', '/v1beta/models/:address{.+}', geminiMethod(parts)],
    ['POST', '/v1/models/:address{.+}', geminiMethod(parts)],
    // The AI SDK puts a name with a slash here.
    ['POST', '/v1beta/:address{.+:[A-Za-z]+}', geminiMethod(parts)],
    ['GET', '/v1beta/models', listModels(parts)],
    ['GET', '/v1beta/models/:address{.+}', getModel(parts)],
    ['GET', '/v1/models', listModels(parts)],
    ['GET', '/v1/models/:address{.+}', getModel(parts)],
    ['GET', '/v1/model-options', modelOptions(parts)],
    ['GET', '/v1/route-check', checkRoute(parts)],
    ['POST', '/v1/route-check', checkRequest(parts)],
    ['POST', '/v1/tokenize', tokenize(parts)],
  ]
}

export function createServer(parts: ServerParts): Server {
  const app = new Hono<ServerEnv>()
  app.use(async (context, next) => {
    context.set('requestId', newRequestId())
    await next()
    for (const name of REQUEST_ID_HEADERS) context.header(name, context.get('requestId'))
  })
  app.get('/health', health(parts))
  app.all('/health', wrongMethod('GET'))
  app.use(authenticate(parts.settings.authToken))
  const table = routes(parts)
  for (const [method, path, handler] of table) app.on(method, path, handler)
  for (const path of new Set(table.map(([, known]) => known))) app.all(path, wrongMethod(methodsAt(path, table)))
  app.all('/v1/*', other(parts))
  app.notFound(() => {
    throw new GatewayError('not-found', 'There is nothing at this address.')
  })
  app.onError((error, context) => errorResponse(error, { context, protocol: protocolAt(context.req.path), settings: parts.settings }))
  return app
}

/** OpenAI's clients read the first, Anthropic's the second. */
const REQUEST_ID_HEADERS = ['x-request-id', 'request-id'] as const

function methodsAt(path: string, table: readonly Route[]): string {
  return table.flatMap(([method, known]) => (known === path ? [method] : [])).join(', ')
}

function wrongMethod(allow: string): Handler<ServerEnv> {
  return (context) => {
    context.header('allow', allow)
    throw new GatewayError('method-not-allowed', `${context.req.method} is not possible here; use ${allow}.`)
  }
}

/** Google's client asks under `/v1` too. */
const GEMINI_METHOD = /^\/v1\/models\/.+:\w+$/

/** In whose envelope an error at this address is expected. */
function protocolAt(path: string): ChatProtocol {
  if (path.startsWith('/v1/messages')) return anthropicMessages
  if (path.startsWith('/v1beta/') || GEMINI_METHOD.test(path)) return gemini
  return /^(\/openai)?\/v1\/responses/.test(path) ? openaiResponses : openaiChat
}
