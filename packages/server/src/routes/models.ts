import { GatewayError, type CatalogueModel } from '@gateway/core'
import type { Context, Handler } from 'hono'
import type { ServerEnv, ServerParts } from '../server-parts.ts'

/** `GET /v1/models`: in OpenAI's shape, or in Anthropic's for its clients, which say so by `anthropic-version`. */
export function listModels({ catalogue }: ServerParts): Handler<ServerEnv> {
  return (context) => {
    const models = catalogue.list()
    if (!isAnthropicClient(context)) return context.json({ object: 'list', data: models.map(toOpenAiModel) })
    const data = models.map(toAnthropicModel)
    return context.json({ data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null })
  }
}

/** `GET /v1/models/{id}`; the id may hold slashes, as they are or encoded. */
export function getModel({ catalogue }: ServerParts): Handler<ServerEnv> {
  return (context) => {
    const name = context.req.param('address') ?? ''
    const providers = [...new Set(catalogue.resolve(name).map((target) => target.provider.name))]
    if (providers.length > 0)
      return context.json(isAnthropicClient(context) ? toAnthropicModel({ name }) : toOpenAiModel({ name, providers }))
    throw new GatewayError(
      'model-not-found',
      `The model '${name.slice(0, 100)}' does not exist here. GET /v1/models lists the models that do.`,
      { param: 'model' },
    )
  }
}

/** `GET /v1beta/models`, in Google's shape. */
export function listGeminiModels({ catalogue }: ServerParts): Handler<ServerEnv> {
  return (context) =>
    context.json({
      models: catalogue.list().map(({ name }) => ({
        name: `models/${name}`,
        displayName: name,
        supportedGenerationMethods: ['generateContent', 'countTokens'],
      })),
    })
}

function isAnthropicClient(context: Context<ServerEnv>): boolean {
  return context.req.header('anthropic-version') !== undefined
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

interface AnthropicModel {
  readonly type: 'model'
  readonly id: string
  readonly display_name: string
  readonly created_at: string
}

function toAnthropicModel({ name }: Pick<CatalogueModel, 'name'>): AnthropicModel {
  return { type: 'model', id: name, display_name: name, created_at: '1970-01-01T00:00:00Z' }
}
