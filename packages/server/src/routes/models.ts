import { GatewayError, type CatalogueModel } from '@gateway/core'
import type { Context, Handler } from 'hono'
import type { ServerEnv, ServerParts } from '../server-parts.ts'

/** `GET /v1/models`, in OpenAI's shape. */
export function listModels({ catalogue }: ServerParts): Handler<ServerEnv> {
  return (context) => context.json({ object: 'list', data: catalogue.list().map(toOpenAiModel) })
}

/** `GET /v1/models/{id}`; the id may hold slashes, as they are or encoded. */
export function getModel({ catalogue }: ServerParts): Handler<ServerEnv> {
  return (context: Context<ServerEnv>) => {
    const id = context.req.param('model') ?? ''
    const providers = catalogue.resolve(id).map((target) => target.provider.name)
    if (providers.length > 0) return context.json(toOpenAiModel({ name: id, providers }))
    throw new GatewayError(
      'model-not-found',
      `The model '${id.slice(0, 100)}' does not exist here. GET /v1/models lists the models that do.`,
      {
        param: 'model',
      },
    )
  }
}

interface OpenAiModel {
  readonly id: string
  readonly object: 'model'
  readonly created: number
  readonly owned_by: string
}

/** `created` is required there, and no server but OpenAI says it. */
function toOpenAiModel({ name, providers }: CatalogueModel): OpenAiModel {
  return { id: name, object: 'model', created: 0, owned_by: providers[0] ?? 'gateway' }
}
