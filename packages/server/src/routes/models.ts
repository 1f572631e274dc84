import { GatewayError, type CatalogueModel, type JsonObject } from '@gateway/core'
import type { Context, Handler } from 'hono'
import type { ServerEnv, ServerParts } from '../server-parts.ts'

/** `GET /v1/models`, in the shape of the client's vendor. */
export function listModels({ catalogue }: ServerParts): Handler<ServerEnv> {
  return (context) => context.json(shapeFor(context).list(catalogue.list()))
}

/** `GET /v1/models/{id}`; the id may hold slashes, as they are or encoded. */
export function getModel({ catalogue }: ServerParts): Handler<ServerEnv> {
  return (context) => {
    const name = context.req.param('address') ?? ''
    const providers = [...new Set(catalogue.resolve(name).map((target) => target.provider.name))]
    if (providers.length > 0) return context.json(shapeFor(context).one({ name, providers }))
    throw new GatewayError(
      'model-not-found',
      `The model '${name.slice(0, 100)}' does not exist here. GET /v1/models lists the models that do.`,
      { param: 'model' },
    )
  }
}

/** How a vendor's clients want to hear of models. */
interface Shape {
  one(model: CatalogueModel): JsonObject
  list(models: readonly CatalogueModel[]): JsonObject
}

/** All three ask at the same address; Anthropic's clients name a version, and Google's have a header of their own for the key. */
function shapeFor({ req: request }: Context<ServerEnv>): Shape {
  if (request.path.startsWith('/v1beta/') || request.header('x-goog-api-key') !== undefined) return GOOGLE
  return request.header('anthropic-version') === undefined ? OPENAI : ANTHROPIC
}

const OPENAI: Shape = {
  // `created` is required there, and no server but OpenAI says it.
  one: ({ name, providers }) => ({ id: name, object: 'model', created: 0, owned_by: providers[0] ?? 'gateway' }),
  list: (models) => ({ object: 'list', data: models.map(OPENAI.one) }),
}

const ANTHROPIC: Shape = {
  one: ({ name }) => ({ type: 'model', id: name, display_name: name, created_at: '1970-01-01T00:00:00Z' }),
  list: (models) => ({
    data: models.map(ANTHROPIC.one),
    has_more: false,
    first_id: models[0]?.name ?? null,
    last_id: models.at(-1)?.name ?? null,
  }),
}

const GOOGLE: Shape = {
  one: ({ name }) => ({ name: `models/${name}`, displayName: name, supportedGenerationMethods: ['generateContent', 'countTokens'] }),
  list: (models) => ({ models: models.map(GOOGLE.one) }),
}
