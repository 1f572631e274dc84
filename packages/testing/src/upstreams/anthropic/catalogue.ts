import type { Identity } from '../api.ts'
import { json } from '../script.ts'
import type { Script } from '../script.ts'

/** What the server says about its models; `null` for any other path, and for a model that it does not have. */
export function catalogueScript(path: string, { models }: Identity): Script | null {
  if (path.endsWith('/v1/models')) {
    return json(200, { data: models.map(card), has_more: false, first_id: models[0] ?? null, last_id: models.at(-1) ?? null })
  }
  const name = /\/v1\/models\/(.+)$/.exec(path)?.[1]
  const model = name === undefined ? undefined : models.find((known) => known === decodeURIComponent(name))
  return model === undefined ? null : json(200, card(model))
}

function card(model: string): Record<string, unknown> {
  return { type: 'model', id: model, display_name: `Simulated ${model}`, created_at: '2026-01-01T00:00:00Z' }
}
