import type { EndpointHealth, HealthBoard, Target } from '@gateway/core'
import type { Handler } from 'hono'
import type { ServerEnv, ServerParts } from '../server-parts.ts'

/** `GET /v1/model-options`: every model with everyone who serves it, what it costs there and whether it is there now. */
export function modelOptions({ catalogue, health }: ServerParts): Handler<ServerEnv> {
  return (context) => {
    const models = catalogue
      .list()
      .map(({ name }) => ({ model: name, options: catalogue.resolve(name).map((target) => toOption(target, health)) }))
    return context.json({ models })
  }
}

function toOption({ provider, endpoint, model, price, contextWindow }: Target, health: HealthBoard): object {
  return {
    provider: provider.name,
    model,
    local: provider.isLocal,
    context_window: contextWindow,
    price_usd_per_million: price && {
      input: price.input / 1e9,
      output: price.output / 1e9,
      cached_input: price.cachedInput === undefined ? null : price.cachedInput / 1e9,
    },
    price_usd_per_request: price?.perRequest === undefined ? null : price.perRequest / 1e9,
    capabilities: { chat: provider.chat.map((surface) => surface.protocol.name), embeddings: provider.embeddings !== undefined },
    available: availability(health.healthOf(endpoint.name)),
  }
}

/** Null where nobody has asked yet. */
function availability(health: EndpointHealth | null): boolean | null {
  return health?.healthy ?? null
}
